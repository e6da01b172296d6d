using System.Globalization;
using Microsoft.Extensions.Configuration;
using TwoStory.Core;

namespace TwoStory.Functions.Jobs;

/// <summary>
/// How the engine carries runs: section <c>Durable</c>. Frozen when a run starts, since a setting that changes in the middle of a run must not
/// change its replay. One kind of job has at most <see cref="OrganizationsAtOnce"/> × <see cref="BatchesAtOnce"/> batches under way; host.json
/// gives an instance twice as many places, so that neither kind waits for the other.
/// </summary>
public sealed record Pace
{
    const string Section = "Durable";

    /// <summary>Organizations carried side by side by one run, 1 or more.</summary>
    public int OrganizationsAtOnce { get; init; } = 16;

    /// <summary>Batches of one organization side by side, 1 or more.</summary>
    public int BatchesAtOnce { get; init; } = 2;

    /// <summary>Steps of one organization before its history is dropped by starting anew, 1 or more.</summary>
    public int StepsPerHistory { get; init; } = 8;

    /// <summary>A longer wait is left to the hourly timer, so that one organization's wait does not hold its run open.</summary>
    public TimeSpan LongestTimer { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The wait before an activity that failed is tried again; it triples with each further try, of which there are three.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static Pace Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var usual = new Pace();
        return new Pace
        {
            OrganizationsAtOnce = Count(section, nameof(OrganizationsAtOnce), usual.OrganizationsAtOnce),
            BatchesAtOnce = Count(section, nameof(BatchesAtOnce), usual.BatchesAtOnce),
            StepsPerHistory = Count(section, nameof(StepsPerHistory), usual.StepsPerHistory),
            LongestTimer = Wait(section, nameof(LongestTimer), usual.LongestTimer),
            RetryDelay = Wait(section, nameof(RetryDelay), usual.RetryDelay),
        };
    }

    static int Count(IConfigurationSection section, string key, int usual) =>
        section[key] is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw new SettingException($"{Section}__{key} must be a whole number of 1 or more.");

    static TimeSpan Wait(IConfigurationSection section, string key, TimeSpan usual) =>
        section[key] is not { } text ? usual
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var wait) && wait > TimeSpan.Zero ? wait
        : throw new SettingException($"{Section}__{key} must be a time above zero, such as 01:00:00.");
}
