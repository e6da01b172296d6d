using System.Globalization;
using TwoStory.Core;

namespace TwoStory.Api;

/// <summary>How much one instance takes on before it refuses. Configuration section <c>Api</c>.</summary>
/// <param name="MaxConcurrentRequests">How many requests are carried out at once, 1 and more.</param>
/// <param name="MaxQueuedRequests">How many more wait for one of those to end, 0 and more; any further one is refused at once.</param>
/// <param name="MaxQueueTime">How long one waits before it is refused too, above zero and at most a minute.</param>
public sealed record LoadSheddingOptions(int MaxConcurrentRequests, int MaxQueuedRequests, TimeSpan MaxQueueTime)
{
    /// <summary>Twice the connections of the pool, since a request that asks a provider holds none; and a queue that a busy pool works off in seconds.</summary>
    public static LoadSheddingOptions Default { get; } = new(100, 400, TimeSpan.FromSeconds(5));

    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static LoadSheddingOptions Read(IConfiguration configuration) => new(
        Count(configuration, "Api:MaxConcurrentRequests", Default.MaxConcurrentRequests, least: 1),
        Count(configuration, "Api:MaxQueuedRequests", Default.MaxQueuedRequests, least: 0),
        Time(configuration, "Api:MaxQueueTime", Default.MaxQueueTime));

    static int Count(IConfiguration configuration, string key, int otherwise, int least)
    {
        if (configuration[key] is not { Length: > 0 } text) return otherwise;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count >= least
            ? count
            : throw new SettingException($"{key} must be a whole number, {least} or more.");
    }

    static TimeSpan Time(IConfiguration configuration, string key, TimeSpan otherwise)
    {
        if (configuration[key] is not { Length: > 0 } text) return otherwise;
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero && time <= TimeSpan.FromMinutes(1)
            ? time
            : throw new SettingException($"{key} must be a time such as 00:00:05, above zero and at most a minute.");
    }
}
