using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Accounts;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Api.NearbySales;

/// <summary>Searches the MLS of the organization.</summary>
static class ListingEndpoints
{
    public static void MapListings(this IEndpointRouteBuilder api)
    {
        var listings = api.MapGroup("listings").WithTags("Listings").RequireAuthorization(Policies.User).MayFail(409, 422, 502);
        listings.MapGet("", Find).WithName("FindListings").Fails(400);
        listings.MapGet("{listingKey}", Get).WithName("GetListing").Fails(404);
    }

    /// <summary>Finds listings of the MLS by address.</summary>
    internal static Task<Page<MlsListing>> Find(
        [FromQuery] string? address, [FromQuery] int? limit, [FromQuery] string? after, Caller caller, ListingService listings, CancellationToken cancel) =>
        listings.FindAsync(caller.OrganizationId, address, limit, after, cancel);

    /// <summary>Gets a listing of the MLS.</summary>
    internal static Task<MlsListing> Get(string listingKey, Caller caller, ListingService listings, CancellationToken cancel) =>
        listings.GetAsync(caller.OrganizationId, listingKey, cancel);
}
