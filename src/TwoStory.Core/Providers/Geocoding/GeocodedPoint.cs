namespace TwoStory.Core.Providers.Geocoding;

/// <summary>Where a geocoder says that an address is.</summary>
/// <param name="Latitude">Degrees.</param>
/// <param name="Provider">Whose word it is; OpenStreetMap's wants attribution.</param>
public sealed record GeocodedPoint(double Latitude, double Longitude, LocationPrecision Precision, string Provider);
