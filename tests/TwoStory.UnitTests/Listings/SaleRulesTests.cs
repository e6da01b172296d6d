using TwoStory.Core.NearbySales;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Tests.Listings;

/// <summary>The criteria of a query are checked again, because servers can return other rows too.</summary>
public sealed class SaleRulesTests
{
    static readonly DateOnly Today = new(2026, 5, 20);

    static readonly DateTime LastRun = new(2026, 5, 19, 13, 0, 0, DateTimeKind.Utc);

    static readonly Listing Sale = new()
    {
        Key = "1",
        StandardStatus = "Closed",
        CloseDate = Today,
        ClosePrice = 500_000,
        Street = "12 Elm Street",
        City = "Seattle",
        State = "WA",
        PostalCode = "98103",
    };

    [Theory]
    [InlineData(-1, false, null)]
    [InlineData(0, false, 7)]
    [InlineData(7, false, 7)]
    [InlineData(8, false, null)]
    [InlineData(7, true, 7)]
    [InlineData(8, true, 45)]
    [InlineData(45, true, 45)]
    [InlineData(46, true, null)]
    public void A_sale_belongs_to_the_window_or_to_the_late_reports_or_to_neither(int daysAgo, bool modifiedSince, int? windowDays)
    {
        var plan = new NearbySalesPlan(1, 25, Today, Today.AddDays(-7), Today.AddDays(-45), LastRun, 1, "per_run");
        var listing = Sale with { CloseDate = Today.AddDays(-daysAgo), ModifiedAt = LastRun.AddSeconds(modifiedSince ? 1 : 0) };

        Assert.Equal(windowDays is { } days ? (Today.AddDays(-days), Today) : null, plan.WindowOf(listing));
        Assert.Equal(daysAgo is >= 0 and <= 7, (plan with { ModifiedSince = null }).WindowOf(listing) is not null);
        Assert.Null(plan.WindowOf(listing with { CloseDate = null }));
    }

    [Theory]
    [InlineData("Closed", null, null, true)]
    [InlineData("closed", null, "Residential", true)]
    [InlineData("Closed", null, "Residential Lease", false)]
    [InlineData("Active", "Closed", null, false)]
    [InlineData(null, "Closed", null, false)]
    [InlineData(null, null, null, false)]
    public void Only_a_listing_with_standard_status_closed_that_is_not_a_lease_is_a_sale(string? status, string? mlsStatus, string? type, bool isSale) =>
        Assert.Equal(isSale, SaleRules.IsClosedSale(Sale with { StandardStatus = status, MlsStatus = mlsStatus, PropertyType = type }));

    [Theory]
    [InlineData("Residential", "Single Family Residence", true)]
    [InlineData("Residential Income", "Duplex", true)]
    [InlineData("Manufactured In Park", null, true)]
    [InlineData("Farm", "Ranch", true)]
    [InlineData("A", null, true)]
    [InlineData("Land & Docks", "Villa", true)]
    [InlineData("Land", null, false)]
    [InlineData("Commercial Sale", null, false)]
    [InlineData("CommercialSale", "Retail", false)]
    [InlineData("Commercial Real Estate", null, false)]
    [InlineData("Business Opportunity", null, false)]
    [InlineData("ResidentialLease", null, false)]
    [InlineData("Farm", "Agriculture", false)]
    [InlineData("Residential", "Boat Slip", false)]
    [InlineData("Residential", "UnimprovedLand", false)]
    public void Only_homes_count_as_sold_and_unknown_types_stay(string type, string? subType, bool isSale) =>
        Assert.Equal(isSale, SaleRules.IsClosedSale(Sale with { PropertyType = type, PropertySubType = subType }));

    [Theory]
    [InlineData("Undisclosed Address")]
    [InlineData("5th Avenue")]
    [InlineData(null)]
    public void Homes_without_a_house_number_are_distinguished_by_their_parcels(string? street)
    {
        var one = Sale with { Street = street, UnparsedAddress = street, ParcelNumber = "1" };

        Assert.NotEqual(SaleRules.SaleKey(one), SaleRules.SaleKey(one with { Key = "2", ParcelNumber = "2" }));
        Assert.Equal(SaleRules.SaleKey(one), SaleRules.SaleKey(one with { Key = "2" }));
        Assert.NotEqual(SaleRules.SaleKey(one with { ParcelNumber = null }), SaleRules.SaleKey(one with { Key = "2", ParcelNumber = null }));
    }

    [Fact]
    public void A_sale_is_the_same_under_another_key_and_another_way_to_write_its_address()
    {
        var key = SaleRules.SaleKey(Sale);
        Assert.Equal(key, SaleRules.SaleKey(Sale with { Key = "2", Id = "again", Street = "12 ELM ST." }));
        Assert.Equal(
            5, new[] { Sale, Sale with { CloseDate = Today.AddDays(-1) }, Sale with { ClosePrice = 1 }, Sale with { Unit = "4" }, Sale with { Street = "14 Elm Street" } }
                .Select(SaleRules.SaleKey).Distinct().Count());
        Assert.StartsWith(SaleRules.SaleKey(Sale with { ClosePrice = null }), key, StringComparison.Ordinal);
    }
}
