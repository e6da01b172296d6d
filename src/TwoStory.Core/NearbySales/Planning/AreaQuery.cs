namespace TwoStory.Core.NearbySales.Planning;

/// <summary>One filter to ask, following its pages: the areas, the closed sales expected in them, and the leads they serve.</summary>
public sealed record AreaQuery(IReadOnlyList<AreaPolygon> Areas, double ExpectedSales, int Leads);
