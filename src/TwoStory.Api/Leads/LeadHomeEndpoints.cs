using TwoStory.Api.Accounts;
using TwoStory.Api.Http;
using TwoStory.Core.Accounts;
using TwoStory.Core.Leads;
using TwoStory.Core.NearbySales;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Valuations;

namespace TwoStory.Api.Leads;

/// <summary>Fetches data about a lead's home from the providers. A failed request returns the error code of the provider.</summary>
static class LeadHomeEndpoints
{
    public static void MapLeadHomes(this IEndpointRouteBuilder api)
    {
        var home = api.MapGroup("leads/{id:guid}").WithTags("Leads").RequireAuthorization(Policies.User).MayFail(404, 409, 422, 502);
        home.MapPost("nearby-sales/refresh", RefreshSales).WithName("RefreshLeadNearbySales");
        home.MapPost("value/refresh", RefreshValue).WithName("RefreshLeadValue");
        home.MapGet("market", Market).WithName("GetLeadMarket");
        home.MapGet("comparables", Comparables).WithName("ListLeadComparables");
    }

    /// <summary>Fetches homes sold near the lead from the MLS now.</summary>
    internal static Task<RefreshedSales> RefreshSales(Guid id, Caller caller, NearbySalesRefresh refresh, CancellationToken cancel) =>
        refresh.RefreshAsync(caller, id, cancel);

    /// <summary>Fetches the value of the home from the AVM now.</summary>
    internal static Task<RefreshedValue> RefreshValue(Guid id, Caller caller, ValueRefresh refresh, CancellationToken cancel) =>
        refresh.RefreshAsync(caller, id, cancel);

    /// <summary>Gets the housing market of the home's ZIP code.</summary>
    internal static Task<LeadMarket> Market(Guid id, Caller caller, MarketService markets, CancellationToken cancel) => markets.ForAsync(caller, id, cancel);

    /// <summary>Lists homes comparable to the lead's home, with their asking prices.</summary>
    internal static Task<LeadComparables> Comparables(Guid id, Caller caller, ValueRefresh values, CancellationToken cancel) =>
        values.ComparablesAsync(caller, id, cancel);
}
