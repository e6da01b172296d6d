namespace TwoStory.Core.Providers.RentCast;

/// <summary>The homes that a lead's home was last compared with, the most alike first. Source: RentCast.</summary>
/// <param name="PriceKind">Always <c>asking</c>: what was asked for these homes, not what was paid.</param>
/// <param name="AsOf">The day they were compared, in the organization's time zone.</param>
public sealed record LeadComparables(Guid LeadId, string PriceKind, string Source, DateOnly AsOf, IReadOnlyList<ComparableHome> Items);

/// <summary>A home that is or was for sale; everything may be missing.</summary>
/// <param name="Status">Active or Inactive.</param>
/// <param name="AskingPrice">USD.</param>
/// <param name="DistanceMiles">From the lead's home.</param>
/// <param name="Correlation">0 to 1, how alike the two are.</param>
/// <param name="DaysOld">Days since it was last seen for sale, on the day of the comparison.</param>
/// <param name="SquareFeet">Of living area.</param>
public sealed record ComparableHome(
    Address Address, double? Latitude, double? Longitude, string? Status, decimal? AskingPrice, double? DistanceMiles, double? Correlation, int? DaysOld,
    int? DaysOnMarket, DateOnly? ListedDate, DateOnly? RemovedDate, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms, decimal? SquareFeet, int? YearBuilt)
{
    internal static ComparableHome From(Comparable it) => new(
        it.Home.Address, it.Home.Latitude, it.Home.Longitude, it.Status, it.AskingPrice, it.DistanceMiles, it.Correlation, it.DaysOld,
        it.DaysOnMarket, it.ListedDate, it.RemovedDate, it.Home.PropertyType, it.Home.Bedrooms, it.Home.Bathrooms, it.Home.SquareFeet, it.Home.YearBuilt);
}
