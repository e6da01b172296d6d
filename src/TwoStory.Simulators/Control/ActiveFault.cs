namespace TwoStory.Simulators.Control;

/// <summary>A fault that was set, with its dice and what is left of it; the fault box locks.</summary>
sealed class ActiveFault(NewFault setting, int seed)
{
    readonly Random dice = new(setting.Seed ?? seed);

    public Guid Id { get; } = Guid.CreateVersion7();

    public NewFault Setting => setting;

    public FaultKind Kind { get; } = setting.Fault!.Value;

    public int Struck { get; private set; }

    public bool Fits(string provider, string credential, string target) =>
        provider.Equals(setting.Provider, StringComparison.OrdinalIgnoreCase)
        && (setting.Count is not { } count || Struck < count)
        && (setting.Credential is null || credential.StartsWith(setting.Credential, StringComparison.Ordinal))
        && (setting.PathContains is null || target.Contains(setting.PathContains, StringComparison.Ordinal));

    public bool Strikes()
    {
        var strikes = setting.Probability is not { } probability || dice.NextDouble() < probability;
        Struck += strikes ? 1 : 0;
        return strikes;
    }

    public object Summary() => new { id = Id, setting, struck = Struck };
}
