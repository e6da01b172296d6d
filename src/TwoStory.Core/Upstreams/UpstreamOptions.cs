using Microsoft.Extensions.Configuration;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Providers.Resend;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.Upstreams;

/// <summary>How providers are reached, section <c>Upstreams</c> of the configuration; keys also under their well-known environment names.</summary>
public sealed class UpstreamOptions
{
    public const string Section = "Upstreams";

    /// <summary>Attempts per call, the first included; 2 to 10.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>Before the second attempt, with jitter; doubles from there.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The longest wait for a slot or a retry that is slept; a longer one is handed back.</summary>
    public TimeSpan LongestSleep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>When to try again, after all attempts failed and the provider did not say.</summary>
    public TimeSpan ComeBackAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Attempts within <see cref="BreakSampling"/> of which 80 % must fail before a provider is left alone; 2 and more.</summary>
    public int BreakAfter { get; set; } = 12;

    public TimeSpan BreakSampling { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Answers longer than this are refused.</summary>
    public int MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    public SparkOptions Spark { get; set; } = new();

    public RentCastOptions RentCast { get; set; } = new();

    public NominatimOptions Nominatim { get; set; } = new();

    public CensusOptions Census { get; set; } = new();

    public GeocodingOptions Geocoding { get; set; } = new();

    public ResendOptions Resend { get; set; } = new();

    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    public static UpstreamOptions Read(IConfiguration configuration)
    {
        var options = new UpstreamOptions();
        try
        {
            configuration.GetSection(Section).Bind(options);
        }
        catch (InvalidOperationException failure)
        {
            throw new SettingException(failure.Message);
        }
        options.Spark.ApiKey = configuration["SPARK_API_KEY"] ?? options.Spark.ApiKey;
        options.Spark.ApiSecret = configuration["SPARK_API_SECRET"] ?? options.Spark.ApiSecret;
        options.RentCast.ApiKey = configuration["RENTCAST_API_KEY"] ?? options.RentCast.ApiKey;
        options.Resend.ApiKey = configuration["RESEND_API_KEY"] ?? options.Resend.ApiKey;
        options.Validate();
        return options;
    }

    /// <summary>Demands the keys without which the product would start and not do its work.</summary>
    /// <exception cref="SettingException">One is missing.</exception>
    internal void RequireKeys()
    {
        Setting.Require(!string.IsNullOrEmpty(RentCast.ApiKey), "RENTCAST_API_KEY", "must be set to the key that RentCast gave: one word without spaces");
        Setting.Require(!string.IsNullOrEmpty(Resend.ApiKey), "RESEND_API_KEY", "must be set to the key that Resend gave: one word without spaces");
    }

    void Validate()
    {
        Setting.Require(Attempts is >= 2 and <= 10, "Upstreams:Attempts", "must be 2 to 10");
        Setting.Require(FirstRetryDelay > TimeSpan.Zero, "Upstreams:FirstRetryDelay", "must be longer than zero");
        Setting.Require(LongestSleep > TimeSpan.Zero && LongestSleep <= TimeSpan.FromMinutes(5), "Upstreams:LongestSleep", "must be above zero and at most five minutes");
        Setting.Require(ComeBackAfter > TimeSpan.Zero && ComeBackAfter <= TimeSpan.FromHours(1), "Upstreams:ComeBackAfter", "must be above zero and at most an hour");
        Setting.Require(BreakAfter >= 2, "Upstreams:BreakAfter", "must be 2 or more");
        Setting.Require(BreakSampling >= TimeSpan.FromSeconds(0.5), "Upstreams:BreakSampling", "must be half a second or more");
        Setting.Require(BreakDuration >= TimeSpan.FromSeconds(0.5), "Upstreams:BreakDuration", "must be half a second or more");
        Setting.Require(MaxBodyBytes >= 1024, "Upstreams:MaxBodyBytes", "must be 1024 or more");
        Spark.Validate();
        RentCast.Validate();
        Nominatim.Validate();
        Census.Validate();
        Geocoding.Validate();
        Resend.Validate();
    }
}
