namespace TwoStory.Core.Providers.Geocoding;

/// <summary>How Nominatim is asked. Its policy wants the application named and at most one request a second from all of it together.</summary>
public sealed class NominatimOptions
{
    public Uri BaseUrl { get; set; } = new("https://nominatim.openstreetmap.org");

    public string UserAgent { get; set; } = "TwoStory/0.1";

    /// <summary>An e-mail address for the operators of the service; optional.</summary>
    public string? Contact { get; set; }

    public int Requests { get; set; } = 1;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan BackOff { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    internal void Validate()
    {
        Setting.RequireUrl(BaseUrl, "Upstreams:Nominatim:BaseUrl");
        Setting.Require(Setting.IsHeaderValue(UserAgent), "Upstreams:Nominatim:UserAgent", "must be a name without spaces, such as TwoStory/1.0");
        Setting.Require(string.IsNullOrEmpty(Contact) || Setting.IsHeaderValue(Contact), "Upstreams:Nominatim:Contact", "must be an e-mail address");
        Setting.RequireLimit(Requests, Window, "Upstreams:Nominatim:Requests", "Upstreams:Nominatim:Window");
        Setting.Require(BackOff > TimeSpan.Zero, "Upstreams:Nominatim:BackOff", "must be longer than zero");
        Setting.Require(AttemptTimeout > TimeSpan.Zero, "Upstreams:Nominatim:AttemptTimeout", "must be longer than zero");
    }
}
