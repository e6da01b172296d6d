namespace TwoStory.Simulators.World;

/// <summary>The kind of a home; each provider has its own terms.</summary>
enum HomeType
{
    SingleFamily,
    Townhouse,
    Condo,
}

/// <summary>One home of the simulated world.</summary>
/// <param name="Address">Unique in the world by number, street, city and state.</param>
/// <param name="ParcelNumber">The county assessor's number.</param>
/// <param name="Point">The rooftop.</param>
/// <param name="Type">The kind of home.</param>
/// <param name="Bedrooms">Whole number; 0 is a studio.</param>
/// <param name="Bathrooms">In quarters.</param>
/// <param name="SquareFeet">Living area.</param>
/// <param name="LotSquareFeet">The land.</param>
/// <param name="YearBuilt">Four digits.</param>
/// <param name="Neighbourhood">The subdivision in the MLS.</param>
sealed record Home(
    HomeAddress Address,
    string ParcelNumber,
    WorldPoint Point,
    HomeType Type,
    int Bedrooms,
    decimal Bathrooms,
    int SquareFeet,
    int LotSquareFeet,
    int YearBuilt,
    string Neighbourhood);

/// <summary>An American address in the parts that an MLS keeps.</summary>
sealed record HomeAddress(
    string Number,
    StreetName StreetName,
    string? Unit,
    string City,
    string County,
    string State,
    string PostalCode)
{
    /// <summary>House number and street, without unit: <c>4512 Phinney Avenue N</c>.</summary>
    public string Street => $"{Number} {StreetName}";

    /// <summary><c>4512 Phinney Avenue N #204, Seattle, WA 98103</c>.</summary>
    public string OneLine => $"{Street}{(Unit is null ? "" : $" #{Unit}")}, {City}, {State} {PostalCode}";
}

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

/// <summary>A point on the map in degrees (WGS 84); distances are great-circle miles.</summary>
readonly record struct WorldPoint(double Latitude, double Longitude)
{
    const double EarthRadiusMiles = 3958.7613;
    const double MilesPerDegree = EarthRadiusMiles * Math.PI / 180;

    public double MilesTo(WorldPoint other)
    {
        var north = Math.Sin(Radians(other.Latitude - Latitude) / 2);
        var east = Math.Sin(Radians(other.Longitude - Longitude) / 2);
        var chord = north * north
            + Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * east * east;
        return 2 * EarthRadiusMiles * Math.Asin(Math.Min(1, Math.Sqrt(chord)));
    }

    /// <summary>The point so many miles away, kept to six decimals (about four inches) as an MLS does.</summary>
    public WorldPoint Moved(double milesNorth, double milesEast) => new(
        Math.Round(Latitude + milesNorth / MilesPerDegree, 6),
        Math.Round(Longitude + milesEast / (MilesPerDegree * Math.Cos(Radians(Latitude))), 6));

    static double Radians(double degrees) => degrees * Math.PI / 180;
}
