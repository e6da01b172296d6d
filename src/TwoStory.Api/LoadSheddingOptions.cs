using System.Globalization;
using TwoStory.Core;

namespace TwoStory.Api;

/// <summary>The limits of one instance. Configuration section <c>Api</c>.</summary>
/// <param name="MaxConcurrentRequests">The maximum number of concurrent requests, 1 or more. A request that waits for a provider uses no connection.</param>
/// <param name="MaxQueuedRequests">The maximum number of waiting requests, 0 or more. Further requests are refused immediately.</param>
/// <param name="MaxQueueTime">The maximum waiting time of a request; more than zero, at most one minute.</param>
public sealed record LoadSheddingOptions(int MaxConcurrentRequests, int MaxQueuedRequests, TimeSpan MaxQueueTime)
{
    public static LoadSheddingOptions Default { get; } = new(100, 400, TimeSpan.FromSeconds(5));

    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static LoadSheddingOptions Read(IConfiguration configuration) => new(
        Count(configuration, "Api:MaxConcurrentRequests", least: 1) ?? Default.MaxConcurrentRequests,
        Count(configuration, "Api:MaxQueuedRequests", least: 0) ?? Default.MaxQueuedRequests,
        Time(configuration, "Api:MaxQueueTime", Default.MaxQueueTime));

    static int? Count(IConfiguration configuration, string key, int least)
    {
        if (configuration[key] is not { Length: > 0 } text) return null;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count >= least
            ? count
            : throw new SettingException($"{key} must be a whole number, {least} or more.");
    }

    static TimeSpan Time(IConfiguration configuration, string key, TimeSpan otherwise)
    {
        if (configuration[key] is not { Length: > 0 } text) return otherwise;
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero && time <= TimeSpan.FromMinutes(1)
            ? time
            : throw new SettingException($"{key} must be a time such as 00:00:05, more than zero and at most one minute.");
    }
}
