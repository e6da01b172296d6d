using System.Globalization;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Geocoders;

/// <summary>Finds the world's homes and streets by address and by point.</summary>
sealed class AddressBook
{
    readonly Dictionary<string, Home> homes = [];
    readonly Dictionary<string, List<Home>> streets = [];
    readonly Dictionary<(int, int), Home> points = [];
    readonly HashSet<string> cities = [];

    public AddressBook(SimulatedWorld world)
    {
        Dictionary<StreetName, string> keys = [];
        foreach (var home in world.AllHomes)
        {
            if (!keys.TryGetValue(home.Address.StreetName, out var street))
            {
                keys[home.Address.StreetName] = street = AddressWords.Key(home.Address.StreetName.ToString());
            }

            var city = AddressWords.Key(home.Address.City);
            cities.Add(city);
            points.TryAdd(Spot(home.Point), home);
            foreach (var area in new[] { city, home.Address.PostalCode })
            {
                homes.TryAdd($"{home.Address.Number}|{street}|{area}", home);
                if (!streets.TryGetValue($"{street}|{area}", out var neighbours))
                {
                    streets[$"{street}|{area}"] = neighbours = [];
                }

                neighbours.Add(home);
            }
        }
    }

    /// <summary>Reads an address in one line; with or without commas, unit, state, zip code and country.</summary>
    public AddressQuery Read(string text)
    {
        var words = AddressWords.From(text).ToList();
        Drop(words, "UNITED", "STATES");
        Drop(words, "USA");
        Drop(words, "US");
        var zip = TakeZip(words);
        var state = words.Count > 1 ? UsStates.Code(words[^1]) : null;
        words.RemoveRange(words.Count - (state is null ? 0 : 1), state is null ? 0 : 1);
        var city = TakeCity(words);
        var unit = words.IndexOf("UNIT");
        words = unit > 0 ? words[..unit] : words;
        var number = words.Count > 1 && char.IsAsciiDigit(words[0][0]) && words[0].All(char.IsAsciiDigit) ? words[0] : null;
        return new(number, string.Join(' ', words.Skip(number is null ? 0 : 1)), city, state, zip);
    }

    public Home? Find(AddressQuery address) => address.Areas()
        .Select(area => homes.GetValueOrDefault($"{address.Number}|{address.Street}|{area}"))
        .FirstOrDefault(home => home is not null && (address.State is null || address.State == home.Address.State));

    /// <summary>The homes along a street, for an address whose house number does not exist.</summary>
    public IReadOnlyList<Home> Along(AddressQuery address) => address.Areas()
        .Select(area => streets.GetValueOrDefault($"{address.Street}|{area}"))
        .FirstOrDefault(found => found is not null && (address.State is null || address.State == found[0].Address.State)) ?? [];

    /// <summary>The home whose rooftop is at the point, to about a yard.</summary>
    public Home? At(WorldPoint point) => points.GetValueOrDefault(Spot(point));

    static (int, int) Spot(WorldPoint point) => ((int)Math.Round(point.Latitude * 1e5), (int)Math.Round(point.Longitude * 1e5));

    static void Drop(List<string> words, params ReadOnlySpan<string> ending)
    {
        if (words.Count > ending.Length && System.Runtime.InteropServices.CollectionsMarshal.AsSpan(words)[^ending.Length..].SequenceEqual(ending))
        {
            words.RemoveRange(words.Count - ending.Length, ending.Length);
        }
    }

    static string? TakeZip(List<string> words)
    {
        if (words.Count > 2 && IsDigits(words[^1], 4) && IsDigits(words[^2], 5))
        {
            words.RemoveAt(words.Count - 1);
        }

        if (words.Count < 2 || !IsDigits(words[^1], 5))
        {
            return null;
        }

        var zip = words[^1];
        words.RemoveAt(words.Count - 1);
        return zip;
    }

    string? TakeCity(List<string> words)
    {
        for (var length = Math.Min(3, words.Count - 1); length > 0; length--)
        {
            var city = string.Join(' ', words[^length..]);
            if (cities.Contains(city))
            {
                words.RemoveRange(words.Count - length, length);
                return city;
            }
        }

        return null;
    }

    static bool IsDigits(string word, int length) =>
        word.Length == length && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}

/// <summary>A requested address, normalized by <see cref="AddressWords"/>.</summary>
sealed record AddressQuery(string? Number, string Street, string? City, string? State, string? PostalCode)
{
    /// <summary>Where to look for the street, best first.</summary>
    public IEnumerable<string> Areas() => new[] { City, PostalCode }.OfType<string>();
}
