using TwoStory.Core.Providers;

namespace TwoStory.Tests.Hosting;

/// <summary>A lead to put straight into the database; what is not said is as a new lead has it.</summary>
sealed record TestLead(GeoPoint? Point)
{
    public Guid Id { get; } = Guid.CreateVersion7();

    public Guid? Owner { get; init; }

    public double? RadiusMiles { get; init; }

    public string Precision { get; init; } = "manual";

    public DateOnly AlertsSince { get; init; } = new(2014, 1, 1);

    public bool NotifyNearbySales { get; init; } = true;

    public bool NotifyValueChanges { get; init; } = true;

    public string? Street { get; init; }

    public string City { get; init; } = "Seattle";

    public int? SquareFeet { get; init; }
}

static class TestLeads
{
    /// <summary>Adds many leads in one statement; those without an owner go round the agents.</summary>
    public static Task AddLeadsAsync(this TestHost host, TestOrganization organization, IReadOnlyList<TestLead> leads) => host.Database.ExecuteAsync(
        """
        insert into leads (id, organization_id, owner_id, name, street, city, state, home_key, latitude, longitude, location_precision, radius_miles,
            alerts_since, notify_nearby_sales, notify_value_changes, square_feet)
        select l.id, @organizationId, l.owner, 'Lead ' || row_number() over (), l.street, l.city, 'WA', l.street, l.latitude, l.longitude, l.precision,
            l.radius, l.since, l.sales, l.values, l.feet
        from unnest(@ids, @owners, @streets, @cities, @latitudes, @longitudes, @precisions, @radii, @since, @sales, @values, @feet)
            as l (id, owner, street, city, latitude, longitude, precision, radius, since, sales, values, feet)
        """,
        new
        {
            organizationId = organization.Id,
            ids = leads.Select(lead => lead.Id).ToArray(),
            owners = leads.Select((lead, number) => lead.Owner ?? organization.Agents[number % organization.Agents.Count]).ToArray(),
            streets = leads.Select(lead => lead.Street).ToArray(),
            cities = leads.Select(lead => lead.City).ToArray(),
            latitudes = leads.Select(lead => lead.Point?.Latitude).ToArray(),
            longitudes = leads.Select(lead => lead.Point?.Longitude).ToArray(),
            precisions = leads.Select(lead => lead.Precision).ToArray(),
            radii = leads.Select(lead => lead.RadiusMiles).ToArray(),
            since = leads.Select(lead => lead.AlertsSince).ToArray(),
            sales = leads.Select(lead => lead.NotifyNearbySales).ToArray(),
            values = leads.Select(lead => lead.NotifyValueChanges).ToArray(),
            feet = leads.Select(lead => lead.SquareFeet).ToArray(),
        }, default);
}
