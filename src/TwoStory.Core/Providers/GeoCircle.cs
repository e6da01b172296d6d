namespace TwoStory.Core.Providers;

/// <summary>All points within a radius in miles of a centre.</summary>
readonly record struct GeoCircle(GeoPoint Centre, double RadiusMiles)
{
    public const double MilesPerDegree = GeoPoint.EarthRadiusMiles * Math.PI / 180;

    public double SouthernmostLatitude => Math.Max(-90, Centre.Latitude - (RadiusMiles / MilesPerDegree));

    public double NorthernmostLatitude => Math.Min(90, Centre.Latitude + (RadiusMiles / MilesPerDegree));

    /// <summary>How far the circle reaches east and west of its centre, in degrees of longitude; 180 when it contains a pole.</summary>
    public double HalfWidthDegrees
    {
        get
        {
            var angle = RadiusMiles / GeoPoint.EarthRadiusMiles;
            var ratio = Math.Sin(Math.Min(angle, Math.PI / 2)) / Math.Cos(double.DegreesToRadians(Centre.Latitude));
            return ratio is >= 0 and < 1 ? double.RadiansToDegrees(Math.Asin(ratio)) : 180;
        }
    }

    /// <summary>The point at a bearing (radians clockwise from north); its longitude may run past ±180.</summary>
    public GeoPoint At(double bearing, double miles)
    {
        var angle = miles / GeoPoint.EarthRadiusMiles;
        var from = double.DegreesToRadians(Centre.Latitude);
        var sine = (Math.Sin(from) * Math.Cos(angle)) + (Math.Cos(from) * Math.Sin(angle) * Math.Cos(bearing));
        var east = Math.Atan2(Math.Sin(bearing) * Math.Sin(angle) * Math.Cos(from), Math.Cos(angle) - (Math.Sin(from) * sine));
        return new(double.RadiansToDegrees(Math.Asin(Math.Clamp(sine, -1, 1))), Centre.Longitude + double.RadiansToDegrees(east));
    }
}
