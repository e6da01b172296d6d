using TwoStory.Api.Accounts;
using TwoStory.Api.Http;
using TwoStory.Core.Accounts;
using TwoStory.Core.Leads;
using TwoStory.Core.NearbySales;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Valuations;

namespace TwoStory.Api.Leads;

/// <summary>What the providers say now of a lead's home. Each may answer with a provider's code when it cannot be asked.</summary>
static class LeadHomeEndpoints
{
    public static void MapLeadHomes(this IEndpointRouteBuilder api)
    {
        var home = api.MapGroup("leads/{id:guid}").WithTags("Leads").RequireAuthorization(Policies.User).MayFail(404, 409, 422, 502);
        home.MapPost("nearby-sales/refresh", RefreshSales).WithName("RefreshLeadNearbySales").WithSummary("Ask the MLS now for homes sold near the lead.");
        home.MapPost("value/refresh", RefreshValue).WithName("RefreshLeadValue").WithSummary("Ask the AVM now what the lead's home is worth.");
        home.MapGet("market", Market).WithName("GetLeadMarket").WithSummary("The housing market of the home's zip code.");
        home.MapGet("comparables", Comparables).WithName("ListLeadComparables").WithSummary("Homes like the lead's, with their asking prices.");
    }

    static Task<RefreshedSales> RefreshSales(Guid id, Caller caller, NearbySalesRefresh refresh, CancellationToken cancel) =>
        refresh.RefreshAsync(caller, id, cancel);

    static Task<HomeValue> RefreshValue(Guid id, Caller caller, ValueRefresh refresh, CancellationToken cancel) => refresh.RefreshAsync(caller, id, cancel);

    static Task<LeadMarket> Market(Guid id, Caller caller, MarketService markets, CancellationToken cancel) => markets.ForAsync(caller, id, cancel);

    static Task<LeadComparables> Comparables(Guid id, Caller caller, ValueRefresh values, CancellationToken cancel) => values.ComparablesAsync(caller, id, cancel);
}
