using System.Globalization;
using FsCheck.Xunit;

namespace TwoStory.Tests.Hostile;

/// <summary>How long and from where random tests go: <c>TWOSTORY_FUZZ</c> is the number of cases, <c>TWOSTORY_SEED</c> the first number.</summary>
static class Hostility
{
    /// <summary>The same every time unless it is set, so that a failure in CI is of the change that it came with; a nightly run sets it.</summary>
    public static int Seed { get; } = Number("TWOSTORY_SEED") ?? 1;

    public static int Cases(int usual) => Number("TWOSTORY_FUZZ") ?? usual;

    static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A property of as many cases as the run is to have.</summary>
sealed class HostilePropertyAttribute : PropertyAttribute
{
    public HostilePropertyAttribute()
    {
        MaxTest = Hostility.Cases(1_000);
        // FsCheck wants the second number odd.
        Replay = $"{Hostility.Seed},{(2 * (long)Hostility.Seed) + 1}";
    }
}
