using Microsoft.Extensions.Configuration;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>The settings for Spark, section <c>Upstreams:Spark</c>; an organization can override some.</summary>
public sealed class SparkOptions
{
    /// <summary>The documented RESO address for ordinary keys; a replication key belongs to another host, so each organization may have its own.</summary>
    public Uri BaseUrl { get; set; } = new("https://sparkapi.com/Reso/OData");

    public Uri TokenUrl { get; set; } = new("https://sparkapi.com/v1/oauth2/grant");

    /// <summary>
    /// The product's own OAuth client, also <c>SPARK_API_KEY</c>, for organizations that sign in with a client and enter none.
    /// If it is null, each enters its own.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>The client's secret, also <c>SPARK_API_SECRET</c>; set if and only if <see cref="ApiKey"/> is.</summary>
    public string? ApiSecret { get; set; }

    /// <summary>Whether the product has its own client.</summary>
    public bool HasClient => !string.IsNullOrEmpty(ApiKey);

    /// <summary><c>Bearer</c> as Spark documents, or <c>OAuth</c> as its older clients send.</summary>
    public string AuthScheme { get; set; } = "Bearer";

    /// <summary>The name of this application, sent as <c>X-SparkApi-User-Agent</c>.</summary>
    public string UserAgent { get; set; } = "TwoStory/0.1";

    /// <summary>Hosts that an organization's address may have, besides sparkapi.com and the host of <see cref="BaseUrl"/>.</summary>
    public IList<string> AllowedHosts { get; } = [];

    public GeoFilter GeoFilter { get; set; } = GeoFilter.Polygon;

    /// <summary>The most areas that one filter joins with <c>or</c>; 1 where a server refuses several.</summary>
    public int AreasPerRequest { get; set; } = 60;

    /// <summary>The most comparisons and functions in one filter, 8 or more; SparkQL allows 75.</summary>
    public int MaxExpressions { get; set; } = 75;

    /// <summary>Rows a page where the key's limit is not known.</summary>
    public int PageSize { get; set; } = 25;

    public int RequestsPerWindow { get; set; } = 1500;

    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most pages of one search; a longer one ends early with a fault.</summary>
    public int MaxPages { get; set; } = 2000;

    /// <summary>Whether tokens may be sent to an address, so that an organization's setting cannot direct requests into the internal network.</summary>
    internal bool Accepts(Uri baseUrl) =>
        baseUrl is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" }
        && (IsSameOrigin(baseUrl) || (baseUrl is { Scheme: "https", IsDefaultPort: true } && IsKnownHost(baseUrl.Host)));

    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    internal static SparkOptions Read(IConfiguration configuration)
    {
        var options = UpstreamOptions.Read<SparkOptions>(configuration, "Spark");
        options.ApiKey = configuration["SPARK_API_KEY"] ?? options.ApiKey;
        options.ApiSecret = configuration["SPARK_API_SECRET"] ?? options.ApiSecret;
        options.Validate();
        return options;
    }

    void Validate()
    {
        Setting.RequireUrl(BaseUrl, "Upstreams:Spark:BaseUrl");
        Setting.RequireUrl(TokenUrl, "Upstreams:Spark:TokenUrl");
        Setting.Require(string.IsNullOrEmpty(ApiKey) || Setting.IsHeaderValue(ApiKey), "SPARK_API_KEY", "must be one word without spaces");
        Setting.Require(string.IsNullOrEmpty(ApiSecret) || Setting.IsHeaderValue(ApiSecret), "SPARK_API_SECRET", "must be one word without spaces");
        Setting.Require(HasClient || string.IsNullOrEmpty(ApiSecret), "SPARK_API_KEY", "must be set with SPARK_API_SECRET, or neither");
        Setting.Require(!HasClient || !string.IsNullOrEmpty(ApiSecret), "SPARK_API_SECRET", "must be set with SPARK_API_KEY, or neither");
        Setting.Require(AuthScheme is "Bearer" or "OAuth", "Upstreams:Spark:AuthScheme", "must be Bearer or OAuth");
        Setting.Require(Setting.IsHeaderValue(UserAgent), "Upstreams:Spark:UserAgent", "must be a name without spaces");
        Setting.Require(AreasPerRequest >= 1, "Upstreams:Spark:AreasPerRequest", "must be 1 or more");
        Setting.Require(MaxExpressions >= 8, "Upstreams:Spark:MaxExpressions", "must be 8 or more");
        Setting.Require(PageSize is >= 1 and <= 1000, "Upstreams:Spark:PageSize", "must be 1 to 1000");
        Setting.Require(MaxPages >= 1, "Upstreams:Spark:MaxPages", "must be 1 or more");
        Setting.Require(AttemptTimeout > TimeSpan.Zero, "Upstreams:Spark:AttemptTimeout", "must be longer than zero");
        Setting.RequireLimit(RequestsPerWindow, Window, "Upstreams:Spark:RequestsPerWindow", "Upstreams:Spark:Window");
    }

    bool IsSameOrigin(Uri url) => Uri.Compare(url, BaseUrl, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    bool IsKnownHost(string host) =>
        host.Equals("sparkapi.com", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".sparkapi.com", StringComparison.OrdinalIgnoreCase)
        || AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
