using System.Text.Json.Serialization;

namespace TwoStory.Core.Providers;

/// <summary>A point on Earth in WGS 84 degrees: latitude −90 to 90, longitude −180 to 180.</summary>
public readonly record struct GeoPoint(double Latitude, double Longitude)
{
    /// <summary>The IUGG mean radius, 6,371.0088 km, in international miles.</summary>
    public const double EarthRadiusMiles = 6371.0088 / 1.609344;

    /// <summary>False for what providers send without a location: NaN, out of range, or 0/0.</summary>
    [JsonIgnore]
    public bool IsGeocoded =>
        Latitude is >= -90 and <= 90 && Longitude is >= -180 and <= 180 && !(Latitude == 0 && Longitude == 0);

    /// <summary>The great-circle (haversine) distance in miles.</summary>
    public double DistanceMilesTo(GeoPoint other)
    {
        double latitude = double.DegreesToRadians(Latitude), otherLatitude = double.DegreesToRadians(other.Latitude);
        var north = Math.Sin((otherLatitude - latitude) / 2);
        var east = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        var half = (north * north) + (Math.Cos(latitude) * Math.Cos(otherLatitude) * east * east);
        return 2 * EarthRadiusMiles * Math.Asin(Math.Sqrt(Math.Min(1, half)));
    }
}
