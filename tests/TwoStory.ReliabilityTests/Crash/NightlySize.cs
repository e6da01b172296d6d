using System.Globalization;

namespace TwoStory.Tests.Crash;

/// <summary>The sizes of the tests: small by default, larger with environment variables at night.</summary>
static class NightlySize
{
    /// <summary>Of the dice, TWOSTORY_SEED.</summary>
    public static int Seed { get; } = From("TWOSTORY_SEED", 1);

    public static int From(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var size) ? size : otherwise;
}
