namespace TwoStory.Core.Providers.RentCast;

/// <summary>Statistics of the market for homes in a zip code. Source: RentCast <c>/markets</c>, sale data.</summary>
/// <param name="UpdatedOn">The day of RentCast's calculation; null when it is not sent.</param>
/// <param name="History">By month, oldest first.</param>
public sealed record MarketStatistics(DateOnly? UpdatedOn, MarketFigures Now, IReadOnlyList<MarketMonth> History);

/// <param name="Month">Such as <c>2026-05</c>.</param>
public sealed record MarketMonth(string Month, MarketFigures Figures);

/// <summary>Figures of the homes for sale; each may be missing.</summary>
/// <param name="MedianPrice">USD. All prices are asking prices.</param>
/// <param name="MedianPricePerSquareFoot">USD.</param>
/// <param name="MedianDaysOnMarket">Days.</param>
public sealed record MarketFigures(
    decimal? MedianPrice, decimal? AveragePrice, decimal? MinPrice, decimal? MaxPrice, decimal? MedianPricePerSquareFoot,
    decimal? MedianDaysOnMarket, decimal? AverageDaysOnMarket, int? NewListings, int? TotalListings);

/// <summary>The market around a lead's home.</summary>
/// <param name="PriceKind">Always <c>asking</c>: the prices are asking prices, not sale prices.</param>
/// <param name="AsOf">The day of the figures.</param>
public sealed record LeadMarket(
    Guid LeadId, string ZipCode, string PriceKind, string Source, DateOnly AsOf, decimal? MedianPrice, decimal? AveragePrice, decimal? MinPrice,
    decimal? MaxPrice, decimal? MedianPricePerSquareFoot, decimal? MedianDaysOnMarket, decimal? AverageDaysOnMarket, int? NewListings, int? TotalListings,
    IReadOnlyList<MarketHistory> History);

/// <summary>One month of a market.</summary>
/// <param name="Month">Such as <c>2026-05</c>.</param>
/// <param name="MedianPrice">USD, asking price.</param>
public sealed record MarketHistory(
    string Month, decimal? MedianPrice, decimal? AveragePrice, decimal? MedianDaysOnMarket, decimal? AverageDaysOnMarket, int? NewListings, int? TotalListings);
