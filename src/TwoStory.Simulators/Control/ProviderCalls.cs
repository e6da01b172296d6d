using System.Globalization;

namespace TwoStory.Simulators.Control;

/// <summary>What one provider has been asked, counted as requests arrive; safe for many threads.</summary>
sealed class ProviderCalls(TimeProvider time, TimeSpan window)
{
    readonly Lock gate = new();
    readonly Dictionary<string, int> byOperation = [];
    readonly Dictionary<string, int> byStatus = [];
    readonly Dictionary<string, CredentialCalls> byCredential = [];
    int total;
    int refused;

    public void Arrived(string operation, string credential, bool rateCounted)
    {
        lock (gate)
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
        lock (gate)
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
        lock (gate)
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
