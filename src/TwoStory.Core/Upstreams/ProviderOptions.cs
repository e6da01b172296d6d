using Microsoft.Extensions.Configuration;

namespace TwoStory.Core.Upstreams;

/// <summary>The settings of a provider that all organizations share: its address, its rate limit and its waits.</summary>
public abstract class ProviderOptions(string baseUrl, int requests, TimeSpan window)
{
    TimeSpan? backOff;

    public Uri BaseUrl { get; set; } = new(baseUrl);

    /// <summary>The most requests in any <see cref="Window"/>, 1 or more.</summary>
    public int Requests { get; set; } = requests;

    /// <summary>Above zero and at most a day.</summary>
    public TimeSpan Window { get; set; } = window;

    /// <summary>The wait after a 429 that names none; <see cref="Window"/> by default.</summary>
    public TimeSpan BackOff
    {
        get => backOff ?? Window;
        set => backOff = value;
    }

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    private protected static T Read<T>(IConfiguration configuration, string provider) where T : ProviderOptions, new()
    {
        var (options, section) = (UpstreamOptions.Read<T>(configuration, provider), $"{UpstreamOptions.Section}:{provider}");
        Setting.RequireUrl(options.BaseUrl, $"{section}:BaseUrl");
        Setting.RequireLimit(options.Requests, options.Window, $"{section}:Requests", $"{section}:Window");
        Setting.Require(options.BackOff > TimeSpan.Zero, $"{section}:BackOff", "must be longer than zero");
        Setting.Require(options.AttemptTimeout > TimeSpan.Zero, $"{section}:AttemptTimeout", "must be longer than zero");
        return options;
    }

    /// <summary>The address of an operation below <see cref="BaseUrl"/>.</summary>
    internal Uri Url(string path) => new($"{BaseUrl.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>A call within these limits, counted in the ledger only.</summary>
    internal UpstreamCall Call(string provider, string operation, Guid? organizationId) => new()
    {
        Provider = provider,
        Operation = operation,
        OrganizationId = organizationId,
        LimitKey = provider,
        Limit = new RateLimit(Requests, Window),
        AttemptTimeout = AttemptTimeout,
        BackOff = BackOff,
    };
}
