namespace TwoStory.Simulators.Control;

/// <summary>At most so many requests in any window of that length; a limit of null is none.</summary>
readonly record struct RateRule(int? Limit, TimeSpan Window);

/// <summary>Whether a request came through, and how matters stand under the first rule.</summary>
readonly record struct RateVerdict(bool Allowed, int Remaining, TimeSpan ResetAfter);

/// <summary>Sliding windows over what was let through, one per key and rule; a refused request uses up nothing.</summary>
sealed class RateLimiter(TimeProvider time)
{
    readonly Lock gate = new();
    readonly Dictionary<(string Key, int Rule), Queue<long>> passed = [];

    public RateVerdict Enter(string key, params ReadOnlySpan<RateRule> rules)
    {
        lock (gate)
        {
            // Monotonic, so that a test's shifted clock does not move the windows.
            var now = time.GetTimestamp();
            var allowed = true;
            for (var index = 0; index < rules.Length; index++)
            {
                allowed &= Recent(key, index, rules[index], now).Count < (rules[index].Limit ?? int.MaxValue);
            }

            for (var index = 0; allowed && index < rules.Length; index++)
            {
                if (rules[index].Limit is not null)
                {
                    passed[(key, index)].Enqueue(now);
                }
            }

            return Verdict(allowed, passed[(key, 0)], rules[0], now);
        }
    }

    Queue<long> Recent(string key, int index, RateRule rule, long now)
    {
        if (!passed.TryGetValue((key, index), out var times))
        {
            passed[(key, index)] = times = [];
        }

        while (times.TryPeek(out var oldest) && (rule.Limit is null || time.GetElapsedTime(oldest, now) >= rule.Window))
        {
            times.Dequeue();
        }

        return times;
    }

    RateVerdict Verdict(bool allowed, Queue<long> times, RateRule rule, long now)
    {
        var reset = times.TryPeek(out var oldest) ? rule.Window - time.GetElapsedTime(oldest, now) : TimeSpan.Zero;
        return new(allowed, Math.Max(0, (rule.Limit ?? int.MaxValue) - times.Count), reset);
    }
}
