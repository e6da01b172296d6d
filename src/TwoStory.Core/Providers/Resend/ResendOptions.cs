namespace TwoStory.Core.Providers.Resend;

/// <summary>How e-mail leaves through Resend.</summary>
public sealed class ResendOptions
{
    public Uri BaseUrl { get; set; } = new("https://api.resend.com");

    /// <summary>Also <c>RESEND_API_KEY</c>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>To start with; the service says in its headers what it allows.</summary>
    public int Requests { get; set; } = 2;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(20);

    internal void Validate()
    {
        Setting.RequireUrl(BaseUrl, "Upstreams:Resend:BaseUrl");
        Setting.Require(string.IsNullOrEmpty(ApiKey) || Setting.IsHeaderValue(ApiKey), "RESEND_API_KEY", "must be one word without spaces");
        Setting.RequireLimit(Requests, Window, "Upstreams:Resend:Requests", "Upstreams:Resend:Window");
        Setting.Require(AttemptTimeout > TimeSpan.Zero, "Upstreams:Resend:AttemptTimeout", "must be longer than zero");
    }
}
