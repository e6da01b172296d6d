namespace TwoStory.Core.Alerts;

/// <summary>Whether an observation becomes a notification, and why.</summary>
/// <param name="Alert">Whether the agent is notified.</param>
/// <param name="Reason">A stable name for programs, such as <c>sold_nearby</c> or <c>outside_radius</c>.</param>
/// <param name="ChangePercent">For a value: the deciding change, in percent.</param>
/// <param name="Against">For a value: the baseline of that change.</param>
sealed record Decision(bool Alert, string Reason, decimal? ChangePercent = null, Baseline? Against = null)
{
    public static Decision Notify(string reason) => new(true, reason);

    public static Decision Skip(string reason) => new(false, reason);
}

/// <summary>Decides what becomes a notification. Pure: equal inputs give equal decisions, so a stored alert can be verified later.</summary>
static class AlertRules
{
    /// <summary>Stored with every decision. Increase it when a rule changes, so that older evidence is read by the rules of its time.</summary>
    public const int Version = 2;

    /// <exception cref="ArgumentException">The three inputs are not of the same kind.</exception>
    public static Decision Decide(Observation observation, Rule rule, AlertState state, int version = Version) => (observation, rule, state) switch
    {
        (SaleObservation sale, SaleRule saleRule, SaleState saleState) => Decide(sale, saleRule, saleState),
        (ValueObservation value, ValueRule valueRule, ValueState valueState) when version < 2 => DecideVersion1(value, valueRule, valueState),
        (ValueObservation value, ValueRule valueRule, ValueState valueState) => Decide(value, valueRule, valueState),
        _ => throw new ArgumentException($"{observation.GetType().Name}, {rule.GetType().Name} and {state.GetType().Name} are not of the same kind."),
    };

    // Reasons are stored in the database and in evidence: their spelling does not change.
    static Decision Decide(SaleObservation sale, SaleRule rule, SaleState state)
    {
        if (!rule.Notify) return Decision.Skip("not_watched");
        if (sale.DistanceMiles is not { } miles) return Decision.Skip("no_location");
        if (!(miles <= rule.RadiusMiles)) return Decision.Skip("outside_radius");
        if (sale.CloseDate > rule.ClosedTo) return Decision.Skip("not_closed_yet");
        if (sale.CloseDate < rule.ClosedFrom) return Decision.Skip("outside_window");
        if (sale.CloseDate < rule.AlertsSince) return Decision.Skip("before_alerts_since");
        return state.AlreadyNotified ? Decision.Skip("already_told") : Decision.Notify("sold_nearby");
    }

    static Decision Decide(ValueObservation value, ValueRule rule, ValueState state)
    {
        if (state.HomeChanged) return Decision.Skip("home_changed");
        if (!rule.Notify) return Decision.Skip("not_watched");
        if (state.LastNotified is not { } reported) return Decision.Skip("first_valuation");
        if (!IsAlike(value.Home, reported.Home)) return Decision.Skip("new_baseline");
        var change = ChangePercent(value, reported);
        return Math.Abs(change) >= rule.ThresholdPercent
            ? new Decision(true, "changed", change, reported)
            : new Decision(false, "below_threshold", change, reported);
    }

    // A home that was not recorded is taken for the same: nothing is known against it.
    static bool IsAlike(ValuedHome? home, ValuedHome? other) => home is null || other is null || home == other;

    // Until version 2 a value was also compared with the previous one, which reported noise that cancels out.
    static Decision DecideVersion1(ValueObservation value, ValueRule rule, ValueState state)
    {
        if (!rule.Notify) return Decision.Skip("not_watched");
        if (state.Previous is null) return Decision.Skip("first_valuation");
        var sincePrevious = ChangePercent(value, state.Previous);
        if (Math.Abs(sincePrevious) >= rule.ThresholdPercent) return new Decision(true, "changed", sincePrevious, state.Previous);
        if (state.LastNotified is null) return new Decision(false, "below_threshold", sincePrevious, state.Previous);
        var sinceNotified = ChangePercent(value, state.LastNotified);
        var hasDrifted = Math.Abs(sinceNotified) >= rule.ThresholdPercent;
        return new Decision(hasDrifted, hasDrifted ? "drifted" : "below_threshold", sinceNotified, state.LastNotified);
    }

    static decimal ChangePercent(ValueObservation value, Baseline baseline) => (value.Value - baseline.Value) / baseline.Value * 100;
}
