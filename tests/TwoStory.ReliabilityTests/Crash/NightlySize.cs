using System.Globalization;

namespace TwoStory.Tests.Crash;

/// <summary>How much a test does: little by default, more at night, as the environment says.</summary>
static class NightlySize
{
    /// <summary>Of the dice, TWOSTORY_SEED.</summary>
    public static int Seed { get; } = From("TWOSTORY_SEED", 1);

    public static int From(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var size) ? size : otherwise;
}
