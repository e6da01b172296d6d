using FsCheck.Xunit;
using TwoStory.Core.Alerts;

namespace TwoStory.Tests.Alerts;

public sealed class AlertRulesTests
{
    static readonly DateOnly Day = new(2026, 5, 10);

    static readonly SaleState New = new(AlreadyNotified: false);

    static SaleObservation Sale(double? miles, int day = 0) => new("key", Day.AddDays(day), 500_000, miles);

    static SaleRule Within(double radius, int from = -7, int to = 0, int since = -100, bool notify = true) =>
        new(radius, Day.AddDays(from), Day.AddDays(to), Day.AddDays(since), notify);

    static Decision Value(decimal value, decimal? previous, decimal? told, decimal threshold = 2, bool notify = true) => AlertRules.Decide(
        new ValueObservation(value, Day), new ValueRule(threshold, notify),
        new ValueState(previous is { } was ? new Baseline(was, Day.AddDays(-7)) : null, told is { } said ? new Baseline(said, Day.AddDays(-70)) : null));

    [Property]
    public bool Deciding_twice_gives_the_same(double? miles, double radius, sbyte day, sbyte from, sbyte to, sbyte since, bool notify, bool told)
    {
        Decision Decide() => AlertRules.Decide(Sale(miles, day), Within(radius, from, to, since, notify), new SaleState(told));
        return Decide() == Decide();
    }

    [Property]
    public bool A_sale_is_reported_exactly_when_every_rule_is_met(ushort meters, ushort radius, sbyte day, sbyte from, sbyte to, sbyte since, bool notify, bool told)
    {
        var expected = notify && !told && meters <= radius && day >= from && day <= to && day >= since;
        return AlertRules.Decide(Sale(meters, day), Within(radius, from, to, since, notify), new SaleState(told)).Alert == expected;
    }

    [Property]
    public bool A_larger_radius_reports_every_sale_of_a_smaller_one(ushort miles, ushort radius, ushort more, sbyte day) =>
        !AlertRules.Decide(Sale(miles, day), Within(radius), New).Alert || AlertRules.Decide(Sale(miles, day), Within(radius + more), New).Alert;

    [Property]
    public bool Reported_sales_and_unmonitored_leads_are_never_reported(ushort miles, ushort radius, sbyte day) =>
        !AlertRules.Decide(Sale(miles, day), Within(radius), new SaleState(AlreadyNotified: true)).Alert
        && !AlertRules.Decide(Sale(miles, day), Within(radius, notify: false), New).Alert;

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_distance_that_is_none_is_never_near(double? miles) => Assert.False(AlertRules.Decide(Sale(miles), Within(50), New).Alert);

    [Fact]
    public void The_edges_of_radius_window_and_start_belong_to_them()
    {
        Assert.True(AlertRules.Decide(Sale(1.25), Within(1.25), New).Alert);
        Assert.False(AlertRules.Decide(Sale(Math.BitIncrement(1.25)), Within(1.25), New).Alert);
        Assert.Equal(["outside_window", "sold_nearby", "sold_nearby", "not_closed_yet"], new[] { -8, -7, 0, 1 }.Select(day => AlertRules.Decide(Sale(0, day), Within(1), New).Reason));
        Assert.Equal(
            ["before_alerts_since", "sold_nearby"], new[] { -4, -3 }.Select(day => AlertRules.Decide(Sale(0, day), Within(1, since: -3), New).Reason));
    }

    [Property]
    public bool Up_and_down_by_the_same_share_are_decided_alike(ushort hundreds, ushort hundredths)
    {
        var (previous, change) = (100 * (hundreds + 1m), hundredths % 2000 / 100m);
        var (up, down) = (Value(previous * (1 + (change / 100)), previous, previous), Value(previous * (1 - (change / 100)), previous, previous));
        return up.Alert == down.Alert && up.Alert == change >= 2 && up.ChangePercent == -down.ChangePercent;
    }

    [Property]
    public bool A_lower_threshold_reports_every_change_of_a_higher_one(ushort value, ushort previous, ushort told, byte threshold, byte more) =>
        !Value(value + 1, previous + 1, told + 1, threshold + more + 1).Alert || Value(value + 1, previous + 1, told + 1, threshold + 1).Alert;

    [Property]
    public bool A_value_is_told_exactly_when_it_moved_enough_against_what_was_told_last(ushort value, ushort previous, ushort told, byte threshold)
    {
        decimal now = value + 1, before = previous + 1, last = told + 1, least = threshold + 1;
        var decision = Value(now, before, last, least);
        var expected = Math.Abs(now - last) >= least / 100 * last;
        return decision.Alert == expected && decision.Against is not null
            && decision.ChangePercent == (now - decision.Against.Value) / decision.Against.Value * 100;
    }

    [Property]
    public bool A_first_valuation_is_never_told(ushort value, ushort previous, byte threshold) => !Value(value + 1, previous + 1, null, threshold).Alert;

    [Property]
    public bool Evidence_survives_its_json_and_decides_the_same(double? miles, double radius, sbyte day, sbyte since, bool notify, bool told, uint value, uint previous)
    {
        // Numbers that JSON does not know never get as far as evidence.
        if ((miles is { } known && !double.IsFinite(known)) || !double.IsFinite(radius)) return true;
        var sale = Evidence.From(Sale(miles, day), Within(radius, since: since, notify: notify), new SaleState(told));
        var worth = Evidence.From(
            new ValueObservation(value / 100m, Day), new ValueRule(2, notify),
            new ValueState(previous == 0 ? null : new Baseline(previous / 100m, Day), told && previous > 0 ? new Baseline(previous / 99m, Day) : null));
        return new[] { sale, worth }.All(evidence =>
            Evidence.FromJson(evidence.ToJson()) == evidence && Evidence.FromJson(evidence.ToJson()).Recompute() == evidence.Decision);
    }

    [Fact]
    public void Things_of_two_kinds_are_not_decided_about() =>
        Assert.Throws<ArgumentException>(() => AlertRules.Decide(Sale(1), new ValueRule(2, true), New));
}
