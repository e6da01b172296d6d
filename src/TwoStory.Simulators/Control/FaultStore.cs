namespace TwoStory.Simulators.Control;

/// <summary>The faults that are set. The first that matches a request, and that its probability selects, applies.</summary>
sealed class FaultStore(SimulatorOptions options)
{
    readonly Lock sync = new();
    readonly List<ActiveFault> faults = [];

    public ActiveFault Set(NewFault setting)
    {
        var fault = new ActiveFault(setting, options.Seed);
        lock (sync)
        {
            faults.Add(fault);
        }

        return fault;
    }

    public IReadOnlyList<ActiveFault> SetProfile(NewFault setting) =>
        [.. ChaosProfile.Faults(setting.Provider, setting.Seed ?? options.Seed).Select(Set)];

    public void Clear()
    {
        lock (sync)
        {
            faults.Clear();
        }
    }

    public IReadOnlyList<object> Summary()
    {
        lock (sync)
        {
            return [.. faults.Select(fault => fault.Summary())];
        }
    }

    /// <summary>The total delay that the latency faults add to this request.</summary>
    public TimeSpan Delay(string provider, string credential, string target)
    {
        lock (sync)
        {
            return TimeSpan.FromMilliseconds(Matching(provider, credential, target)
                .Where(fault => fault.Kind == FaultKind.Latency && fault.Applies())
                .Sum(fault => fault.Setting.Milliseconds!.Value));
        }
    }

    /// <summary>The fault that replaces the response of this request, if any.</summary>
    public NewFault? Ending(string provider, string credential, string target)
    {
        lock (sync)
        {
            return Matching(provider, credential, target)
                .FirstOrDefault(fault => fault.Kind != FaultKind.Latency && !fault.Kind.IsOfSpark() && fault.Applies())?.Setting;
        }
    }

    /// <summary>Whether the request's token expires with it.</summary>
    public bool Expires(string provider, string credential, string target)
    {
        lock (sync)
        {
            return Matching(provider, credential, target).Any(fault => fault.Kind == FaultKind.ExpiredToken && fault.Applies());
        }
    }

    /// <summary>The faults of a page of listings; several can apply together.</summary>
    public IReadOnlySet<FaultKind> OfPage(string provider, string credential, string target)
    {
        lock (sync)
        {
            return Matching(provider, credential, target)
                .Where(fault => fault.Kind.IsOfPages() && fault.Applies()).Select(fault => fault.Kind).ToHashSet();
        }
    }

    IEnumerable<ActiveFault> Matching(string provider, string credential, string target) =>
        faults.Where(fault => fault.Matches(provider, credential, target));
}

/// <summary>A fault that was set, with its random numbers and the number of uses. The fault store synchronizes access.</summary>
sealed class ActiveFault(NewFault setting, int seed)
{
    readonly Random random = new(setting.Seed ?? seed);

    public Guid Id { get; } = Guid.CreateVersion7();

    public NewFault Setting => setting;

    public FaultKind Kind { get; } = setting.Fault!.Value;

    public int AppliedCount { get; private set; }

    public bool Matches(string provider, string credential, string target) =>
        provider.Equals(setting.Provider, StringComparison.OrdinalIgnoreCase)
        && (setting.Count is not { } count || AppliedCount < count)
        && (setting.Credential is null || credential.StartsWith(setting.Credential, StringComparison.Ordinal))
        && (setting.PathContains is null || target.Contains(setting.PathContains, StringComparison.Ordinal));

    public bool Applies()
    {
        var applies = setting.Probability is not { } probability || random.NextDouble() < probability;
        AppliedCount += applies ? 1 : 0;
        return applies;
    }

    public object Summary() => new { id = Id, setting, struck = AppliedCount };
}
