using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>
/// How a home's value swings around its base: a slow wave with a height, length and phase of the home's own. In any one
/// week about a third of all homes move by two percent or more.
/// </summary>
static class ValueDrift
{
    const double TrendPerWeek = 0.0004;
    static readonly int Epoch = new DateOnly(2026, 1, 1).DayNumber;

    /// <summary>The factor on the base value, between about 0.85 and 1.15 in the decade around 2026.</summary>
    public static double On(string home, DateOnly date)
    {
        var dice = SeededRandom.For(0, home);
        var height = dice.Between(0.002, 0.036);
        var weeksLong = dice.Between(3.5, 7.0);
        var phase = dice.Unit();
        var week = (date.DayNumber - Epoch) / 7.0;
        return Math.Exp(height * Math.Sin(2 * Math.PI * (week / weeksLong + phase)) + Math.Clamp(week * TrendPerWeek, -0.1, 0.1));
    }
}
