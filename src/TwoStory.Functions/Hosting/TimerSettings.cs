using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using TwoStory.Core;

namespace TwoStory.Functions.Hosting;

/// <summary>The timers' schedules. The host itself leaves a timer off whose schedule is empty, and stays healthy.</summary>
static partial class TimerSettings
{
    /// <summary>The settings that the triggers name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["NearbySalesTimer", "PropertyValuesTimer", "OutboxTimer", "HousekeepingTimer", "HistoryPurgeTimer"];

    /// <exception cref="SettingException">A schedule is missing or has the wrong form.</exception>
    public static void Require(IConfiguration configuration)
    {
        foreach (var name in Names)
        {
            if (!IsSchedule(configuration[name]?.Trim() ?? "")) throw new SettingException($"{name} must be a schedule of six fields, such as 0 5 * * * *, or a time such as 00:01:00.");
        }
    }

    static bool IsSchedule(string text) => Cron().IsMatch(text) || (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var period) && period > TimeSpan.Zero);

    [GeneratedRegex(@"^[\w*/,-]+(\s+[\w*/,-]+){4,5}$")]
    private static partial Regex Cron();
}
