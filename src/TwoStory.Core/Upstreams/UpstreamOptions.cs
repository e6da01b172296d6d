using Microsoft.Extensions.Configuration;

namespace TwoStory.Core.Upstreams;

/// <summary>The retry, circuit breaker and size settings of all providers, section <c>Upstreams</c> of the configuration.</summary>
public sealed class UpstreamOptions
{
    public const string Section = "Upstreams";

    /// <summary>Attempts per call, the first included; 2 to 10.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>The delay before the second attempt, with jitter; it doubles with each attempt.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The longest wait for a slot or a retry within a call; a longer one is returned as the time of the next call.</summary>
    public TimeSpan LongestSleep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait before the next call, after all attempts failed and the provider named no time.</summary>
    public TimeSpan ComeBackAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The fewest attempts within <see cref="BreakSampling"/> of which 80 % must fail before the circuit opens; 2 or more.</summary>
    public int BreakAfter { get; set; } = 12;

    public TimeSpan BreakSampling { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest answer that is read, in bytes.</summary>
    public int MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    internal static UpstreamOptions Read(IConfiguration configuration)
    {
        var options = Bind(configuration, Section, new UpstreamOptions());
        options.Validate();
        return options;
    }

    /// <summary>Reads a provider's section below <c>Upstreams</c>.</summary>
    /// <exception cref="SettingException">A value has the wrong type; the message names it.</exception>
    internal static T Read<T>(IConfiguration configuration, string provider) where T : class, new() => Bind(configuration, $"{Section}:{provider}", new T());

    static T Bind<T>(IConfiguration configuration, string section, T options) where T : class
    {
        try
        {
            configuration.GetSection(section).Bind(options);
            return options;
        }
        catch (InvalidOperationException failure)
        {
            throw new SettingException(failure.Message);
        }
    }

    void Validate()
    {
        Setting.Require(Attempts is >= 2 and <= 10, "Upstreams:Attempts", "must be 2 to 10");
        Setting.Require(FirstRetryDelay > TimeSpan.Zero, "Upstreams:FirstRetryDelay", "must be longer than zero");
        Setting.Require(LongestSleep > TimeSpan.Zero && LongestSleep <= TimeSpan.FromMinutes(5), "Upstreams:LongestSleep",
            "must be above zero and at most five minutes");
        Setting.Require(ComeBackAfter > TimeSpan.Zero && ComeBackAfter <= TimeSpan.FromHours(1), "Upstreams:ComeBackAfter",
            "must be above zero and at most an hour");
        Setting.Require(BreakAfter >= 2, "Upstreams:BreakAfter", "must be 2 or more");
        Setting.Require(BreakSampling >= TimeSpan.FromSeconds(0.5), "Upstreams:BreakSampling", "must be half a second or more");
        Setting.Require(BreakDuration >= TimeSpan.FromSeconds(0.5), "Upstreams:BreakDuration", "must be half a second or more");
        Setting.Require(MaxBodyBytes >= 1024, "Upstreams:MaxBodyBytes", "must be 1024 or more");
    }
}
