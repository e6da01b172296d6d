namespace TwoStory.Core.Providers.RentCast;

/// <summary>What an AVM thinks that a home is worth. Source: RentCast <c>/avm/value</c>.</summary>
/// <param name="Price">USD, above zero.</param>
/// <param name="RangeLow">USD; the range holds the price with 85 % confidence. Null when it was missing or did not hold it.</param>
/// <param name="Comparables">The homes it was compared with, nearest in kind first.</param>
/// <param name="Subject">The home as the AVM knows it; may be null.</param>
public sealed record ValueEstimate(
    decimal Price, decimal? RangeLow, decimal? RangeHigh, IReadOnlyList<Comparable> Comparables, HomeFacts? Subject);

/// <summary>A home on record, as RentCast describes it; everything may be missing.</summary>
/// <param name="SquareFeet">Of living area.</param>
/// <param name="LastSalePrice">USD.</param>
public sealed record HomeFacts(
    string? Id, Address Address, double? Latitude, double? Longitude, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms,
    decimal? SquareFeet, int? YearBuilt, DateOnly? LastSaleDate, decimal? LastSalePrice);

/// <summary>A home that was for sale.</summary>
/// <param name="AskingPrice">USD; what was asked, not what was paid.</param>
/// <param name="DistanceMiles">From the subject.</param>
/// <param name="Correlation">0 to 1, how alike the two are.</param>
/// <param name="DaysOld">Since it was last seen for sale.</param>
public sealed record Comparable(
    HomeFacts Home, string? Status, decimal? AskingPrice, DateOnly? ListedDate, DateOnly? RemovedDate, int? DaysOnMarket, double? DistanceMiles, double? Correlation,
    int? DaysOld);
