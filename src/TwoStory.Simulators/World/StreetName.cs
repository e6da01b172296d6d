namespace TwoStory.Simulators.World;

/// <summary>A street's name in its parts: <c>NW 65th Street</c>, <c>Phinney Avenue N</c>.</summary>
sealed record StreetName(string? Prefix, string Name, string? Suffix, string? DirectionSuffix)
{
    static readonly HashSet<string> Directions = ["N", "S", "E", "W", "NE", "NW", "SE", "SW"];

    public static StreetName Parse(string text)
    {
        var words = text.Split(' ').ToList();
        var prefix = Directions.Contains(words[0]) ? words[0] : null;
        var direction = Directions.Contains(words[^1]) ? words[^1] : null;
        var first = prefix is null ? 0 : 1;
        var end = words.Count - (direction is null ? 0 : 1);
        return end - first < 2
            ? new(prefix, words[first], null, direction)
            : new(prefix, string.Join(' ', words[first..(end - 1)]), words[end - 1], direction);
    }

    public override string ToString() =>
        string.Join(' ', new[] { Prefix, Name, Suffix, DirectionSuffix }.Where(part => part is not null));
}
