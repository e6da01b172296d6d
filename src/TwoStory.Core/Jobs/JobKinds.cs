namespace TwoStory.Core.Jobs;

/// <summary>The names of the jobs, as in URLs and in the database.</summary>
public static class JobKinds
{
    public const string NearbySales = "nearby-sales";
    public const string PropertyValues = "property-values";

    public static IReadOnlyList<string> All { get; } = [NearbySales, PropertyValues];
}
