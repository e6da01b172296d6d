namespace TwoStory.Simulators.World;

/// <summary>A place on the map in degrees (WGS 84); distances are great-circle miles.</summary>
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
