using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TwoStory.Simulators.Control;

/// <summary>The requests to each provider since the start or the last reset.</summary>
sealed class CallLog(TimeProvider time, SimulatorOptions options)
{
    volatile ConcurrentDictionary<string, ProviderCalls> calls = [];

    public ProviderCalls For(string provider) =>
        calls.GetOrAdd(provider, name => new ProviderCalls(time, options.WindowOf(name)));

    public IReadOnlyDictionary<string, object> Summary() => ProviderNames.All.ToDictionary(name => name, name => For(name).Summary());

    public void Reset() => calls = [];
}

/// <summary>The requests to one provider, counted on arrival. Thread-safe.</summary>
sealed class ProviderCalls(TimeProvider time, TimeSpan window)
{
    readonly Lock sync = new();
    readonly Dictionary<string, int> byOperation = [];
    readonly Dictionary<string, int> byStatus = [];
    readonly Dictionary<string, CredentialCalls> byCredential = [];
    int total;
    int refused;

    public void Arrived(string operation, string credential, bool rateCounted)
    {
        lock (sync)
        {
            total++;
            Increment(byOperation, operation);
            var caller = Caller(credential);
            caller.Total++;
            if (rateCounted)
            {
                caller.Window.Arrived();
            }
        }
    }

    /// <param name="credential">As given on arrival.</param>
    /// <param name="status">Null when the connection ended without a status.</param>
    public void Answered(string credential, int? status)
    {
        lock (sync)
        {
            Increment(byStatus, status?.ToString(CultureInfo.InvariantCulture) ?? "none");
            if (status == 429)
            {
                refused++;
                Caller(credential).Refused++;
            }
        }
    }

    public object Summary()
    {
        lock (sync)
        {
            return new
            {
                total,
                byOperation = new SortedDictionary<string, int>(byOperation),
                byStatus = new SortedDictionary<string, int>(byStatus),
                byCredential = byCredential.ToDictionary(
                    caller => CredentialLabel.From(caller.Key),
                    caller => new { total = caller.Value.Total, refused = caller.Value.Refused, peakInWindow = caller.Value.Window.Peak }),
                refused,
                peakInWindow = byCredential.Values.Select(caller => caller.Window.Peak).DefaultIfEmpty(0).Max(),
                windowSeconds = window.TotalSeconds,
            };
        }
    }

    CredentialCalls Caller(string credential)
    {
        if (!byCredential.TryGetValue(credential, out var caller))
        {
            byCredential[credential] = caller = new(new(time, window));
        }

        return caller;
    }

    static void Increment(Dictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    sealed class CredentialCalls(BusiestWindow window)
    {
        public BusiestWindow Window => window;

        public int Total { get; set; }

        public int Refused { get; set; }
    }
}

/// <summary>The largest number of requests within any window of the given length. The caller synchronizes access.</summary>
sealed class BusiestWindow(TimeProvider time, TimeSpan length)
{
    readonly Queue<long> recent = [];

    public int Peak { get; private set; }

    public void Arrived()
    {
        var now = time.GetTimestamp();
        while (recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= length)
        {
            recent.Dequeue();
        }

        recent.Enqueue(now);
        Peak = Math.Max(Peak, recent.Count);
    }
}

/// <summary>Distinguishes credentials without disclosing them: the first eight characters and a short hash.</summary>
static class CredentialLabel
{
    public const string None = "none";

    public static string From(string credential) => credential == None
        ? None
        : $"{credential[..Math.Min(8, credential.Length)]}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(credential)))[..6]}";
}
