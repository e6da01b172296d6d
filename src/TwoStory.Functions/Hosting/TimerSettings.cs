using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using TwoStory.Core;

namespace TwoStory.Functions.Hosting;

/// <summary>Validates the schedules of the timers. The Functions host silently disables a timer with an empty schedule.</summary>
static partial class TimerSettings
{
    /// <summary>The names of the settings that the triggers use.</summary>
    public static IReadOnlyList<string> Names { get; } = ["NearbySalesTimer", "PropertyValuesTimer", "OutboxTimer", "HousekeepingTimer", "HistoryPurgeTimer"];

    /// <exception cref="SettingException">A schedule is missing or has the wrong form.</exception>
    public static void Require(IConfiguration configuration)
    {
        foreach (var name in Names)
        {
            if (IsSchedule(configuration[name]?.Trim() ?? "")) continue;
            throw new SettingException($"{name} must be a schedule of six fields, such as 0 5 * * * *, or a time such as 00:01:00.");
        }
    }

    static bool IsSchedule(string text) => Cron().IsMatch(text) || (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var period) && period > TimeSpan.Zero);

    [GeneratedRegex(@"^[\w*/,-]+(\s+[\w*/,-]+){4,5}$")]
    private static partial Regex Cron();
}
