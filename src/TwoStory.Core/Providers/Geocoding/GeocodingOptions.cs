using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>Which geocoders are asked, in which order, and how long their answers are believed.</summary>
public sealed class GeocodingOptions
{
    static readonly string[] Known = [UpstreamProviders.Nominatim, UpstreamProviders.Census];

    /// <summary>A comma-separated list of <c>nominatim</c> and <c>census</c>, first asked first.</summary>
    public string Providers { get; set; } = "nominatim,census";

    /// <summary>How long "no such address", or a place no better than an area, is remembered.</summary>
    public TimeSpan RememberNothingFor { get; set; } = TimeSpan.FromDays(30);

    internal IReadOnlyList<string> Order => Providers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal void Validate()
    {
        Setting.Require(Order.Count > 0 && Order.All(Known.Contains), "Upstreams:Geocoding:Providers", "must list nominatim, census or both");
        Setting.Require(RememberNothingFor >= TimeSpan.Zero, "Upstreams:Geocoding:RememberNothingFor", "must not be negative");
    }
}
