namespace TwoStory.Simulators.Control;

/// <summary>Providers at their worst: many faults at once, each with its share of a provider's requests.</summary>
static class ChaosProfile
{
    public const string Name = "chaos";

    // Of the endings one request has at most one: the shares are of all requests, although a later fault rolls only for what the earlier let through.
    static readonly (FaultKind Fault, double Share, int? Status)[] Endings =
    [
        (FaultKind.Status, 0.10, 429), (FaultKind.Status, 0.025, 500), (FaultKind.Status, 0.025, 502), (FaultKind.Stall, 0.02, null), (FaultKind.Truncated, 0.01, null),
    ];

    static readonly FaultKind[] OfSpark = [FaultKind.ExpiredToken, FaultKind.DuplicateRows];

    const double SparkShare = 0.01;

    /// <param name="provider">Null: all of them.</param>
    /// <param name="seed">Each fault's dice are its own, and the same for the same seed.</param>
    public static IEnumerable<NewFault> Faults(string? provider, int seed) =>
        (provider is null ? ProviderNames.All : [provider]).SelectMany(From).Select((fault, number) => fault with { Seed = unchecked((seed * 101) + number) });

    static IEnumerable<NewFault> From(string provider)
    {
        var left = 1.0;
        foreach (var (fault, share, status) in Endings)
        {
            yield return new NewFault(provider, fault, status, Probability: share / left);
            left -= share;
        }

        if (!provider.Equals(ProviderNames.Spark, StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }

        foreach (var fault in OfSpark)
        {
            yield return new NewFault(provider, fault, Probability: SparkShare);
        }
    }
}
