namespace TwoStory.Simulators.World;

/// <summary>A real neighbourhood that the demo's homes are placed in.</summary>
sealed record Neighbourhood(
    string Name,
    string City,
    string County,
    string State,
    string PostalCode,
    WorldPoint Centre,
    double PricePerSquareFoot,
    IReadOnlyList<Street> Streets);

/// <summary>A street of a neighbourhood, with the house numbers that it has there.</summary>
sealed record Street(StreetName Name, int LowNumber, int HighNumber, bool RunsNorth)
{
    public static Street NorthSouth(string name, int low, int high) => new(StreetName.Parse(name), low, high, true);

    public static Street EastWest(string name, int low, int high) => new(StreetName.Parse(name), low, high, false);
}
