namespace TwoStory.Simulators.Control;

/// <summary>The largest number of requests in any window of the given length. Null is no limit.</summary>
readonly record struct RateRule(int? Limit, TimeSpan Window);

/// <summary>Whether a request is allowed, and the state of the first rule.</summary>
readonly record struct RateResult(bool Allowed, int Remaining, TimeSpan ResetAfter);

/// <summary>Sliding windows over the allowed requests, one per key and rule. A refused request does not count.</summary>
sealed class RateLimiter(TimeProvider time)
{
    readonly Lock sync = new();
    readonly Dictionary<(string Key, int Rule), Queue<long>> passed = [];

    public RateResult Enter(string key, params ReadOnlySpan<RateRule> rules)
    {
        lock (sync)
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

            return Result(allowed, passed[(key, 0)], rules[0], now);
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

    RateResult Result(bool allowed, Queue<long> times, RateRule rule, long now)
    {
        var reset = times.TryPeek(out var oldest) ? rule.Window - time.GetElapsedTime(oldest, now) : TimeSpan.Zero;
        return new(allowed, Math.Max(0, (rule.Limit ?? int.MaxValue) - times.Count), reset);
    }
}
