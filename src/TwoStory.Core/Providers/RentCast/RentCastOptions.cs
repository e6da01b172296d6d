namespace TwoStory.Core.Providers.RentCast;

/// <summary>How the AVM is asked.</summary>
public sealed class RentCastOptions
{
    public Uri BaseUrl { get; set; } = new("https://api.rentcast.io/v1");

    /// <summary>Also <c>RENTCAST_API_KEY</c>. Without it valuations are refused.</summary>
    public string? ApiKey { get; set; }

    public int Requests { get; set; } = 100;

    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After a 429, which does not say how long to wait.</summary>
    public TimeSpan BackOff { get; set; } = TimeSpan.FromSeconds(2);

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>USD per answered call, by the plan that was bought.</summary>
    public decimal CostPerCall { get; set; }

    /// <summary>Comparables to ask for, 5 to 25.</summary>
    public int Comparables { get; set; } = 15;

    internal void Validate()
    {
        Setting.RequireUrl(BaseUrl, "Upstreams:RentCast:BaseUrl");
        Setting.Require(string.IsNullOrEmpty(ApiKey) || Setting.IsHeaderValue(ApiKey), "RENTCAST_API_KEY", "must be one word without spaces");
        Setting.RequireLimit(Requests, Window, "Upstreams:RentCast:Requests", "Upstreams:RentCast:Window");
        Setting.Require(BackOff > TimeSpan.Zero, "Upstreams:RentCast:BackOff", "must be longer than zero");
        Setting.Require(AttemptTimeout > TimeSpan.Zero, "Upstreams:RentCast:AttemptTimeout", "must be longer than zero");
        Setting.Require(CostPerCall >= 0, "Upstreams:RentCast:CostPerCall", "must not be negative");
        Setting.Require(Comparables is >= 5 and <= 25, "Upstreams:RentCast:Comparables", "must be 5 to 25");
    }
}
