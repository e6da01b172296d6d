using System.Globalization;
using Microsoft.Extensions.Configuration;
using TwoStory.Core;

namespace TwoStory.Functions.Jobs;

/// <summary>
/// The concurrency and waits of the engine: section <c>Durable</c>. Fixed when a run starts, because a changed setting must not change its
/// replay. A job executes at most <see cref="OrganizationsAtOnce"/> × <see cref="BatchesAtOnce"/> batches concurrently; host.json allows an
/// instance twice as many activities, so that neither job waits for the other.
/// </summary>
public sealed record Pace
{
    const string Section = "Durable";

    /// <summary>The number of organizations that a job executes concurrently, 1 or more.</summary>
    public int OrganizationsAtOnce { get; init; } = 16;

    /// <summary>The number of concurrent batches of one organization, 1 or more.</summary>
    public int BatchesAtOnce { get; init; } = 2;

    /// <summary>The number of steps of one organization before ContinueAsNew drops its history, 1 or more.</summary>
    public int StepsPerHistory { get; init; } = 8;

    /// <summary>The longest wait with a durable timer. The hourly timer continues runs that wait longer.</summary>
    public TimeSpan LongestTimer { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The wait before the first of three retries of a failed activity; it triples with each retry.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static Pace Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var defaults = new Pace();
        return new Pace
        {
            OrganizationsAtOnce = Count(section, nameof(OrganizationsAtOnce), defaults.OrganizationsAtOnce),
            BatchesAtOnce = Count(section, nameof(BatchesAtOnce), defaults.BatchesAtOnce),
            StepsPerHistory = Count(section, nameof(StepsPerHistory), defaults.StepsPerHistory),
            LongestTimer = Wait(section, nameof(LongestTimer), defaults.LongestTimer),
            RetryDelay = Wait(section, nameof(RetryDelay), defaults.RetryDelay),
        };
    }

    static int Count(IConfigurationSection section, string key, int defaultValue) =>
        section[key] is not { } text ? defaultValue
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw new SettingException($"{Section}__{key} must be a whole number of 1 or more.");

    static TimeSpan Wait(IConfigurationSection section, string key, TimeSpan defaultValue) =>
        section[key] is not { } text ? defaultValue
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var wait) && wait > TimeSpan.Zero ? wait
        : throw new SettingException($"{Section}__{key} must be a time above zero, such as 01:00:00.");
}
