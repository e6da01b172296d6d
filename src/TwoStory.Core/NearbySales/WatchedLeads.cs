using TwoStory.Core.Data;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales;

/// <summary>A lead monitored for sales: the point of the home and the lead's own radius, null for the organization's.</summary>
sealed record WatchedLead(Guid Id, double Latitude, double Longitude, double? RadiusMiles)
{
    public GeoPoint Point => new(Latitude, Longitude);
}

/// <summary>Reads the leads that are monitored for sales and whose point is precise enough for distances.</summary>
static class WatchedLeads
{
    const string Watched =
        """
        select l.id, l.latitude, l.longitude, l.radius_miles::double precision as radius_miles from leads l
        """;

    const string Conditions =
        """
        where l.organization_id = @organizationId and l.notify_nearby_sales and not l.monitoring_paused
          and l.location_precision in ('rooftop', 'street', 'manual') and l.latitude is not null and not (l.latitude = 0 and l.longitude = 0)
        """;

    // About 10 cm: more than rounding can move the edge of the box.
    const double SlackDegrees = 1e-6;

    public static Task<IReadOnlyList<WatchedLead>> AllAsync(TenantDatabase tenant, CancellationToken cancel) =>
        tenant.QueryAsync<WatchedLead>($"{Watched} {Conditions}", null, cancel);

    /// <summary>Reads the leads whose circles reach the bounding box of the sales. The matcher measures the exact distances.</summary>
    /// <param name="tenant">The organization.</param>
    /// <param name="sales">The points of the sales.</param>
    /// <param name="radiusMiles">The radius of leads without their own.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<IReadOnlyList<WatchedLead>> NearAsync(
        TenantDatabase tenant, IReadOnlyCollection<GeoPoint> sales, double radiusMiles, CancellationToken cancel)
    {
        if (sales.Count == 0) return [];
        return await tenant.QueryAsync<WatchedLead>(
            $"""
            {Watched}
            cross join lateral (select coalesce(l.radius_miles, @radiusMiles)::double precision / @EarthRadiusMiles as angle) r
            cross join lateral (
                select degrees(r.angle) + @SlackDegrees as height, sin(least(r.angle, pi() / 2)) as opposite, cos(radians(l.latitude)) as adjacent) c
            -- A circle that contains a pole reaches all longitudes.
            cross join lateral (select case when c.opposite < c.adjacent then degrees(asin(c.opposite / c.adjacent)) + @SlackDegrees else 360 end as width) w
            {Conditions}
              and l.latitude between @south - c.height and @north + c.height
              -- The box is also compared one turn to the west and to the east: a circle may cross the date line.
              and exists (select from unnest(array[-360, 0, 360]) as t (turn) where l.longitude + t.turn between @west - w.width and @east + w.width)
            """,
            new
            {
                radiusMiles,
                GeoPoint.EarthRadiusMiles,
                SlackDegrees,
                south = sales.Min(sale => sale.Latitude),
                north = sales.Max(sale => sale.Latitude),
                west = sales.Min(sale => sale.Longitude),
                east = sales.Max(sale => sale.Longitude),
            }, cancel);
    }
}
