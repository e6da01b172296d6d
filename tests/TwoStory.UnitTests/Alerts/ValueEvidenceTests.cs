using FsCheck.Xunit;
using TwoStory.Core.Alerts;

namespace TwoStory.Tests.Alerts;

/// <summary>Decisions about values, evaluated again from nothing but their stored JSON.</summary>
public sealed class ValueEvidenceTests
{
    static readonly DateOnly Day = new(2026, 5, 10);

    [Property]
    public bool Evidence_holds_home_attributes_and_range_and_decides_the_same_from_its_json(
        uint value, uint told, byte width, bool notify, bool moved, ushort feet, ushort feetBefore, string? home, bool isRecorded)
    {
        var now = value / 100m;
        var (valued, before) = (Home(home, feet % 3), isRecorded ? Home(home, feetBefore % 3) : null);
        var evidence = Evidence.From(
            new ValueObservation(now, Day, now - width, now + width, valued), new ValueRule(2, notify),
            new ValueState(null, told == 0 ? null : new Baseline(told / 100m, Day.AddDays(-7), before), moved));

        var stored = Evidence.FromJson(evidence.ToJson());

        var observation = (ValueObservation)stored.Observation;
        return stored == evidence && stored.Recompute() == evidence.Decision
            && (observation.RangeLow, observation.RangeHigh, observation.Home) == (now - width, now + width, valued)
            && (!evidence.Decision.Alert || (evidence.Decision.Against!.Home == before && !moved && (before is null || before == valued)));
    }

    [Theory]
    [InlineData(null, "new_baseline")]
    [InlineData(900, "new_baseline")]
    [InlineData(1800, "changed")]
    public void A_value_is_compared_only_with_one_of_the_same_attributes(int? feetBefore, string reason)
    {
        var decision = AlertRules.Decide(
            new ValueObservation(600_000, Day, null, null, Home("1 main st", 1800)), new ValueRule(2, Notify: true),
            new ValueState(null, new Baseline(200_000, Day.AddDays(-7), Home("1 main st", feetBefore))));

        Assert.Equal((reason, reason == "changed"), (decision.Reason, decision.Alert));
    }

    // Stored by version 1: compared with the previous value as well, in an order that jsonb chose.
    [Theory]
    [InlineData(
        """
        {"rule": {"kind": "value_change", "notify": true, "thresholdPercent": 2}, "state": {"kind": "value_change",
         "lastTold": {"asOf": "2026-04-01", "value": 500000.00}, "previous": {"asOf": "2026-05-03", "value": 491000.00}},
         "decision": {"alert": true, "reason": "changed", "against": {"asOf": "2026-05-03", "value": 491000.00},
         "changePercent": 2.1384928716904276985743380900}, "observation": {"asOf": "2026-05-10", "kind": "value_change", "value": 501500.00}, "ruleVersion": 1}
        """)]
    [InlineData(
        """
        {"rule": {"kind": "value_change", "notify": true, "thresholdPercent": 2}, "state": {"kind": "value_change",
         "lastTold": {"asOf": "2026-04-01", "value": 500000.00}, "previous": {"asOf": "2026-05-03", "value": 509000.00}},
         "decision": {"alert": true, "reason": "drifted", "against": {"asOf": "2026-04-01", "value": 500000.00},
         "changePercent": 2.2}, "observation": {"asOf": "2026-05-10", "kind": "value_change", "value": 511000.00}, "ruleVersion": 1}
        """)]
    public void Evidence_of_the_first_version_is_evaluated_by_its_own_rules(string json)
    {
        var evidence = Evidence.FromJson(json);

        Assert.Equal(evidence.Decision, evidence.Recompute());
    }

    static ValuedHome Home(string? home, int? feet) => new(home, "Condo", 2.5m, 1.5m, feet);
}
