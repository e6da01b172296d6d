namespace TwoStory.Core.Providers.Geocoding;

/// <summary>How the US Census geocoder is asked; it publishes no limit, so ours is a polite one.</summary>
public sealed class CensusOptions
{
    public Uri BaseUrl { get; set; } = new("https://geocoding.geo.census.gov/geocoder");

    public string Benchmark { get; set; } = "Public_AR_Current";

    public int Requests { get; set; } = 5;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan BackOff { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(20);

    internal void Validate()
    {
        Setting.RequireUrl(BaseUrl, "Upstreams:Census:BaseUrl");
        Setting.Require(Benchmark.Length > 0, "Upstreams:Census:Benchmark", "must name a benchmark");
        Setting.RequireLimit(Requests, Window, "Upstreams:Census:Requests", "Upstreams:Census:Window");
        Setting.Require(BackOff > TimeSpan.Zero, "Upstreams:Census:BackOff", "must be longer than zero");
        Setting.Require(AttemptTimeout > TimeSpan.Zero, "Upstreams:Census:AttemptTimeout", "must be longer than zero");
    }
}
