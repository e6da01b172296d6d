namespace TwoStory.Core.Providers.RentCast;

/// <summary>An AVM's estimate of a home's value. Source: RentCast <c>/avm/value</c>.</summary>
/// <param name="Price">USD, above zero.</param>
/// <param name="RangeLow">USD; the range has 85 % confidence. Null when it was missing or does not include the price.</param>
/// <param name="Comparables">The homes that the home was compared with, the most similar first.</param>
/// <param name="Subject">The AVM's record of the home; may be null.</param>
public sealed record ValueEstimate(
    decimal Price, decimal? RangeLow, decimal? RangeHigh, IReadOnlyList<Comparable> Comparables, HomeFacts? Subject);

/// <summary>RentCast's record of a home; everything may be missing.</summary>
/// <param name="SquareFeet">Of living area.</param>
/// <param name="LastSalePrice">USD.</param>
public sealed record HomeFacts(
    string? Id, Address Address, double? Latitude, double? Longitude, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms,
    decimal? SquareFeet, int? YearBuilt, DateOnly? LastSaleDate, decimal? LastSalePrice);

/// <summary>A home that was for sale.</summary>
/// <param name="AskingPrice">USD; the asking price, not the sale price.</param>
/// <param name="DistanceMiles">From the subject.</param>
/// <param name="Correlation">Similarity, 0 to 1.</param>
/// <param name="DaysOld">Days since the home was last seen for sale.</param>
public sealed record Comparable(
    HomeFacts Home, string? Status, decimal? AskingPrice, DateOnly? ListedDate, DateOnly? RemovedDate, int? DaysOnMarket, double? DistanceMiles,
    double? Correlation, int? DaysOld);

/// <summary>The homes that a lead's home was last compared with, the most similar first. Source: RentCast.</summary>
/// <param name="PriceKind">Always <c>asking</c>: the prices are asking prices, not sale prices.</param>
/// <param name="AsOf">The day of the comparison, in the organization's time zone.</param>
public sealed record LeadComparables(Guid LeadId, string PriceKind, string Source, DateOnly AsOf, IReadOnlyList<ComparableHome> Items);

/// <summary>A home that is or was for sale; everything may be missing.</summary>
/// <param name="Status">Active or Inactive.</param>
/// <param name="AskingPrice">USD.</param>
/// <param name="DistanceMiles">From the lead's home.</param>
/// <param name="Correlation">Similarity, 0 to 1.</param>
/// <param name="DaysOld">Days since it was last seen for sale, on the day of the comparison.</param>
/// <param name="SquareFeet">Of living area.</param>
public sealed record ComparableHome(
    Address Address, double? Latitude, double? Longitude, string? Status, decimal? AskingPrice, double? DistanceMiles, double? Correlation, int? DaysOld,
    int? DaysOnMarket, DateOnly? ListedDate, DateOnly? RemovedDate, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms, decimal? SquareFeet,
    int? YearBuilt)
{
    internal static ComparableHome From(Comparable it) => new(
        it.Home.Address, it.Home.Latitude, it.Home.Longitude, it.Status, it.AskingPrice, it.DistanceMiles, it.Correlation, it.DaysOld,
        it.DaysOnMarket, it.ListedDate, it.RemovedDate, it.Home.PropertyType, it.Home.Bedrooms, it.Home.Bathrooms, it.Home.SquareFeet, it.Home.YearBuilt);
}
