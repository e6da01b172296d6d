using System.Collections.Concurrent;

namespace TwoStory.Simulators.Control;

/// <summary>What every provider has been asked since the start or the last reset.</summary>
sealed class CallLog(TimeProvider time, SimulatorOptions options)
{
    volatile ConcurrentDictionary<string, ProviderCalls> calls = [];

    public ProviderCalls For(string provider) =>
        calls.GetOrAdd(provider, name => new ProviderCalls(time, options.WindowOf(name)));

    public IReadOnlyDictionary<string, object> Summary() => ProviderNames.All.ToDictionary(name => name, name => For(name).Summary());

    public void Reset() => calls = [];
}
