namespace TwoStory.Simulators.Control;

/// <summary>The faults that are set; the first that fits a request and whose dice say so strikes.</summary>
sealed class FaultBox(SimulatorOptions options)
{
    readonly Lock gate = new();
    readonly List<ActiveFault> faults = [];

    public ActiveFault Set(NewFault setting)
    {
        var fault = new ActiveFault(setting, options.Seed);
        lock (gate)
        {
            faults.Add(fault);
        }

        return fault;
    }

    public IReadOnlyList<ActiveFault> SetProfile(NewFault setting) =>
        [.. ChaosProfile.Faults(setting.Provider, setting.Seed ?? options.Seed).Select(Set)];

    public void Clear()
    {
        lock (gate)
        {
            faults.Clear();
        }
    }

    public IReadOnlyList<object> Summary()
    {
        lock (gate)
        {
            return [.. faults.Select(fault => fault.Summary())];
        }
    }

    /// <summary>How long the latency faults hold this request up, all together.</summary>
    public TimeSpan Delay(string provider, string credential, string target)
    {
        lock (gate)
        {
            return TimeSpan.FromMilliseconds(Fitting(provider, credential, target)
                .Where(fault => fault.Kind == FaultKind.Latency && fault.Strikes())
                .Sum(fault => fault.Setting.Milliseconds!.Value));
        }
    }

    /// <summary>The one fault that decides how this request ends, if any.</summary>
    public NewFault? Ending(string provider, string credential, string target)
    {
        lock (gate)
        {
            return Fitting(provider, credential, target)
                .FirstOrDefault(fault => fault.Kind != FaultKind.Latency && !fault.Kind.IsOfSpark() && fault.Strikes())?.Setting;
        }
    }

    /// <summary>Whether the request's token expires with it.</summary>
    public bool Expires(string provider, string credential, string target)
    {
        lock (gate)
        {
            return Fitting(provider, credential, target).Any(fault => fault.Kind == FaultKind.ExpiredToken && fault.Strikes());
        }
    }

    /// <summary>The faults of a page of listings; several may strike at once.</summary>
    public IReadOnlySet<FaultKind> OfPage(string provider, string credential, string target)
    {
        lock (gate)
        {
            return Fitting(provider, credential, target)
                .Where(fault => fault.Kind.IsOfPages() && fault.Strikes()).Select(fault => fault.Kind).ToHashSet();
        }
    }

    IEnumerable<ActiveFault> Fitting(string provider, string credential, string target) =>
        faults.Where(fault => fault.Fits(provider, credential, target));
}

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
