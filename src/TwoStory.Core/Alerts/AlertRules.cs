namespace TwoStory.Core.Alerts;

/// <summary>Decides what is worth telling. Pure: the same three inputs always give the same decision, so a kept alert can be checked later.</summary>
public static class AlertRules
{
    /// <summary>Kept with every decision; goes up when a rule changes, so that older evidence is read by the rules it was made with.</summary>
    public const int Version = 1;

    /// <exception cref="ArgumentException">The three do not speak of the same kind of thing.</exception>
    public static Decision Decide(Observation observation, Rule rule, AlertState state) => (observation, rule, state) switch
    {
        (SaleObservation sale, SaleRule saleRule, SaleState saleState) => Decide(sale, saleRule, saleState),
        (ValueObservation value, ValueRule valueRule, ValueState valueState) => Decide(value, valueRule, valueState),
        _ => throw new ArgumentException($"{observation.GetType().Name}, {rule.GetType().Name} and {state.GetType().Name} do not go together."),
    };

    static Decision Decide(SaleObservation sale, SaleRule rule, SaleState state)
    {
        if (!rule.Notify) return Decision.Keep("not_watched");
        if (sale.DistanceMiles is not { } miles) return Decision.Keep("no_location");
        if (!(miles <= rule.RadiusMiles)) return Decision.Keep("outside_radius");
        if (sale.CloseDate > rule.ClosedTo) return Decision.Keep("not_closed_yet");
        if (sale.CloseDate < rule.ClosedFrom) return Decision.Keep("outside_window");
        if (sale.CloseDate < rule.AlertsSince) return Decision.Keep("before_alerts_since");
        return state.AlreadyTold ? Decision.Keep("already_told") : Decision.Tell("sold_nearby");
    }

    static Decision Decide(ValueObservation value, ValueRule rule, ValueState state)
    {
        if (!rule.Notify) return Decision.Keep("not_watched");
        if (state.Previous is null) return Decision.Keep("first_valuation");
        var sincePrevious = Change(value, state.Previous);
        if (Math.Abs(sincePrevious) >= rule.ThresholdPercent) return new Decision(true, "changed", sincePrevious, state.Previous);
        if (state.LastTold is null) return new Decision(false, "below_threshold", sincePrevious, state.Previous);
        var sinceTold = Change(value, state.LastTold);
        return new Decision(Math.Abs(sinceTold) >= rule.ThresholdPercent, Math.Abs(sinceTold) >= rule.ThresholdPercent ? "drifted" : "below_threshold", sinceTold, state.LastTold);
    }

    static decimal Change(ValueObservation value, Baseline baseline) => (value.Value - baseline.Value) / baseline.Value * 100;
}
