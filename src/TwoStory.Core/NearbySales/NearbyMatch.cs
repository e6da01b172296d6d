using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales;

/// <summary>What of the listings that the MLS answered is a closed sale of the plan's dates, and near which leads.</summary>
sealed class NearbyMatch(NearbySalesPlan plan, IEnumerable<Listing> listings)
{
    public IReadOnlyList<Listing> Sales { get; } =
    [
        .. listings.Where(SaleRules.IsClosedSale).Where(listing => listing.Point is { IsGeocoded: true } && plan.WindowOf(listing) is not null),
    ];

    /// <summary>Streams the sales within each lead's radius.</summary>
    public IEnumerable<FoundSale> Near(IReadOnlyList<WatchedLead> leads)
    {
        var saleKeys = Sales.Select(SaleRules.SaleKey).ToList();
        return SaleMatcher
            .Match([.. leads.Select(lead => new LeadArea(lead.Point, lead.RadiusMiles ?? plan.RadiusMiles))], [.. Sales.Select(sale => sale.Point!.Value)])
            .Select(pair =>
            {
                var (from, to) = plan.WindowOf(Sales[pair.Listing])!.Value;
                return new FoundSale(leads[pair.Lead].Id, Sales[pair.Listing], saleKeys[pair.Listing], pair.Miles, from, to);
            });
    }
}
