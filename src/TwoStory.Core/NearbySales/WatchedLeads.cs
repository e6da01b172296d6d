using TwoStory.Core.Data;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales;

/// <summary>A lead that is watched for sales: where its home is and how far around it to look.</summary>
sealed record WatchedLead(Guid Id, double Latitude, double Longitude, double? RadiusMiles)
{
    public GeoPoint Point => new(Latitude, Longitude);
}

/// <summary>The leads of an organization that the nearby-sales job looks after: asked for, and placed well enough to measure from.</summary>
static class WatchedLeads
{
    const string Watched =
        """
        select id, latitude, longitude, radius_miles::double precision from leads
        where organization_id = @organizationId and notify_nearby_sales and not monitoring_paused and location_precision in ('rooftop', 'street', 'manual')
          and latitude is not null and not (latitude = 0 and longitude = 0)
        """;

    public static Task<IReadOnlyList<WatchedLead>> AllAsync(TenantDatabase tenant, CancellationToken cancel) =>
        tenant.QueryAsync<WatchedLead>(Watched, null, cancel);
}
