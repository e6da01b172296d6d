using FsCheck;
using TwoStory.Core.Alerts;
using TwoStory.Core.Providers;

namespace TwoStory.Tests.Hostile;

/// <summary>Percentages to the cent, up to the largest amount in the database; and addresses in their normalized form.</summary>
public sealed class MoneyProperties
{
    const long MostCents = 99_999_999_999_999;
    const decimal Cent = 0.01m;

    static readonly DateOnly Day = new(2026, 5, 10);

    [HostileProperty]
    public void The_threshold_itself_is_reported_and_a_cent_less_is_not(DoNotSize<long> cents, ushort hundredths)
    {
        // A tenth of the maximum, so that the value can double.
        var (before, threshold) = (Sum(cents.Item) / 10 is var tenth ? decimal.Ceiling(tenth * 100) / 100 : 0, ((hundredths % 10_000) + 1) / 100m);
        var change = before * threshold / 100;
        var exact = decimal.Round(change, 2) == change;
        var least = exact ? change : decimal.Ceiling(change * 100) / 100;

        Assert.True(Decided(before + least, before, threshold).Alert);
        Assert.False(Decided(before + least - Cent, before, threshold).Alert);
        if (least < before) Assert.True(Decided(before - least, before, threshold).Alert);
        Assert.False(Decided(before - least + Cent, before, threshold).Alert);
    }

    [HostileProperty]
    public void The_largest_amounts_are_decided_alike_up_and_down(DoNotSize<long> value, DoNotSize<long> previous, DoNotSize<long> told, ushort hundredths)
    {
        var (now, before, last, threshold) = (Sum(value.Item), Sum(previous.Item), Sum(told.Item), (hundredths + 1) / 100m);
        var decision = AlertRules.Decide(new ValueObservation(now, Day), new ValueRule(threshold, true), new ValueState(new Baseline(before, Day), new Baseline(last, Day)));

        Assert.Equal(Math.Abs(now - last) * 100 >= threshold * last, decision.Alert);
        var mirrored = (2 * before) - now;
        if (mirrored > 0) Assert.Equal(Decided(now, before, threshold).Alert, Decided(mirrored, before, threshold).Alert);
    }

    [HostileProperty]
    public void An_address_that_is_in_its_form_stays_as_it_is(string? text, DoNotSize<int> seed)
    {
        foreach (var written in new[] { text ?? "", HostileText.Any(new Random(seed.Item)), $"12 {text} St" })
        {
            var folded = AddressText.Fold(written);
            Assert.Equal(folded, AddressText.Fold(folded));
            var tokens = string.Join(' ', AddressText.Tokens(written));
            Assert.Equal(tokens, string.Join(' ', AddressText.Tokens(tokens)));
            if (AddressKey.From(new Address(written, null, "Seattle", "WA", "98101")) is not { } key) continue;
            var parts = key.Split('|');
            if (parts.Length == 3) Assert.Equal(key, AddressKey.From(new Address(parts[0], parts[1], "Seattle", "WA", parts[2])));
        }
    }

    static Decision Decided(decimal value, decimal before, decimal threshold) =>
        AlertRules.Decide(new ValueObservation(value, Day), new ValueRule(threshold, true), new ValueState(null, new Baseline(before, Day)));

    static decimal Sum(long seed) => ((decimal)(ulong)seed % (seed % 3 == 0 ? 100_000_000 : MostCents) + 1) * Cent;
}
