namespace TwoStory.Simulators.World;

/// <summary>A sale as the simulated MLS lists it; it stays invisible until its close date has come.</summary>
/// <param name="Home">The home as it was when it was sold.</param>
/// <param name="ListingKey">26 digits, unique, and in the order of closing.</param>
/// <param name="ListingId">The number people read.</param>
/// <param name="CloseDate">A day in the world's time zone.</param>
/// <param name="ClosePrice">USD.</param>
/// <param name="ListPrice">USD, the last asking price.</param>
/// <param name="OriginalListPrice">USD, the first asking price.</param>
/// <param name="DaysOnMarket">From listing to closing.</param>
/// <param name="ListAgent">A made-up name.</param>
/// <param name="ListOffice">A made-up name.</param>
/// <param name="Modified">When the closing was entered: the afternoon of the close date.</param>
sealed record ClosedSale(
    Home Home,
    string ListingKey,
    string ListingId,
    DateOnly CloseDate,
    decimal ClosePrice,
    decimal ListPrice,
    decimal OriginalListPrice,
    int DaysOnMarket,
    string ListAgent,
    string ListOffice,
    DateTimeOffset Modified);
