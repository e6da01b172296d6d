using System.Collections.Concurrent;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>Remembers secrets for a while, so that a night's run asks the vault once and not once a batch.</summary>
sealed class SecretMemory(TimeProvider time)
{
    const int Most = 5_000;

    // A version that was disabled on purpose stops working after this long.
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, (string Secret, DateTimeOffset Until)> kept = new();

    public string? Find(string reference) => kept.TryGetValue(reference, out var entry) && entry.Until > time.GetUtcNow() ? entry.Secret : null;

    public void Keep(string reference, string secret)
    {
        if (kept.Count >= Most) kept.Clear();
        kept[reference] = (secret, time.GetUtcNow() + Lifetime);
    }
}
