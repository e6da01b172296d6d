using System.Text.Json;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Leads;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.RentCast;

namespace TwoStory.Core.Valuations;

/// <summary>Returns statistics of the market around a lead's home. A response is cached for a day for all leads with the same ZIP code.</summary>
public sealed class MarketService(Database database, LeadService leads, RentCastClient rentCast, TimeProvider time)
{
    static readonly TimeSpan CacheDuration = TimeSpan.FromDays(1);

    sealed record Row(string? Statistics, DateTime FetchedAt);

    /// <exception cref="NotFoundException">The lead does not exist or is not visible to the caller.</exception>
    /// <exception cref="ConflictException">The lead's address has no ZIP code.</exception>
    /// <exception cref="UnprocessableException">RentCast has no statistics for the ZIP code.</exception>
    /// <exception cref="Upstreams.UpstreamException">The request to RentCast failed.</exception>
    public async Task<LeadMarket> ForAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        var lead = await leads.GetAsync(caller, leadId, cancel);
        var zipCode = AddressKey.PostalCode(lead.Address.PostalCode);
        if (zipCode.Length != 5 || !zipCode.All(char.IsAsciiDigit))
        {
            throw new ConflictException("lead_without_zip_code", "The lead's address has no five-digit ZIP code. Add it to see the market.");
        }
        var (market, fetchedAt) = await FindAsync(zipCode, cancel) ?? await FetchAsync(caller.OrganizationId, zipCode, cancel);
        if (market is null) throw new UnprocessableException("no_market_data", $"RentCast has no statistics for ZIP code {zipCode}.");
        return Answer(leadId, zipCode, market, market.UpdatedOn ?? DateOnly.FromDateTime(fetchedAt));
    }

    async Task<(MarketStatistics? Market, DateTime FetchedAt)?> FindAsync(string zipCode, CancellationToken cancel)
    {
        var row = await database.QueryFirstAsync<Row>(
            "select statistics::text as statistics, asked_at as fetched_at from market_statistics where zip_code = @zipCode and asked_at > @since",
            new { zipCode, since = time.GetUtcNow().UtcDateTime - CacheDuration }, cancel);
        if (row is null) return null;
        return (row.Statistics is null ? null : JsonSerializer.Deserialize<MarketStatistics>(row.Statistics, JsonSerializerOptions.Web), row.FetchedAt);
    }

    async Task<(MarketStatistics? Market, DateTime FetchedAt)> FetchAsync(Guid organizationId, string zipCode, CancellationToken cancel)
    {
        var market = await rentCast.GetMarketAsync(organizationId, zipCode, cancel);
        var now = time.GetUtcNow().UtcDateTime;
        await database.ExecuteAsync(
            """
            insert into market_statistics (zip_code, statistics, asked_at) values (@zipCode, @statistics::jsonb, @now)
            on conflict (zip_code) do update set statistics = excluded.statistics, asked_at = excluded.asked_at
            """,
            new { zipCode, statistics = market is null ? null : JsonSerializer.Serialize(market, JsonSerializerOptions.Web), now }, cancel);
        return (market, now);
    }

    static LeadMarket Answer(Guid leadId, string zipCode, MarketStatistics market, DateOnly asOf)
    {
        var now = market.Now;
        return new LeadMarket(
            leadId, zipCode, "asking", ValuationStore.Source, asOf, now.MedianPrice, now.AveragePrice, now.MinPrice, now.MaxPrice,
            now.MedianPricePerSquareFoot, now.MedianDaysOnMarket, now.AverageDaysOnMarket, now.NewListings, now.TotalListings,
            [
                .. market.History.Select(month => new MarketHistory(
                    month.Month, month.Figures.MedianPrice, month.Figures.AveragePrice, month.Figures.MedianDaysOnMarket, month.Figures.AverageDaysOnMarket,
                    month.Figures.NewListings, month.Figures.TotalListings)),
            ]);
    }
}
