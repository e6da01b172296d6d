using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Data;

namespace TwoStory.Bench.Http;

/// <summary>A signed-in user and one of their leads.</summary>
sealed record Viewer(Guid OrganizationId, Guid UserId, string AccessToken, Guid LeadId);

/// <summary>Organizations as they are after a year: leads with values, nearby sales and notifications.</summary>
static class Portfolio
{
    /// <returns>The owner of each organization, with one lead each.</returns>
    public static async Task<IReadOnlyList<Viewer>> FillAsync(Uri root, Database database, int organizations, int leadsEach)
    {
        using var http = new HttpClient { BaseAddress = root };
        var viewers = new List<Viewer>();
        for (var number = 0; number < organizations; number++)
        {
            var answer = await http.PostAsJsonAsync("api/auth/register",
                new
                {
                    organizationName = $"Realty {number}",
                    name = "Owner",
                    email = $"owner{number}@bench.example",
                    password = "a pass phrase of benchmarks"
                });
            var session = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>())!;
            var (userId, organizationId) = (session.GetProperty("user").GetProperty("id").GetGuid(),
                session.GetProperty("organization").GetProperty("id").GetGuid());
            var leads = await AddLeadsAsync(database, organizationId, userId, leadsEach);
            viewers.AddRange(leads.Select(lead => new Viewer(organizationId, userId, session.GetProperty("accessToken").GetString()!, lead)));
        }
        foreach (var table in new[] { "leads", "property_values", "nearby_sales", "notifications" })
        {
            await database.ExecuteAsync($"vacuum analyze {table}", null, default);
        }
        return viewers;
    }

    static async Task<IReadOnlyList<Guid>> AddLeadsAsync(Database database, Guid organizationId, Guid userId, int count)
    {
        var parameters = new { organizationId, userId, count };
        await database.ExecuteAsync(
            """
            insert into leads (id, organization_id, owner_id, name, email, street, city, state, postal_code, latitude, longitude, location_precision, temperature, alerts_since, created_at)
            select gen_random_uuid(), @organizationId, @userId, 'Lead ' || n, 'lead' || n || '@clients.example', n || ' Main Street', 'Seattle', 'WA', '98103',
                47.5 + random() / 5, -122.4 + random() / 5, 'rooftop', (array['hot', 'warm', 'cold'])[1 + n % 3], '2026-01-01', now() - n * interval '1 minute'
            from generate_series(1, @count) n
            """, parameters, default);
        await database.ExecuteAsync(
            """
            insert into property_values (id, organization_id, lead_id, source, as_of, value, decision, decided_at)
            select gen_random_uuid(), @organizationId, id, 'rentcast', current_date - 7 * week, 500000 + 1000 * week, 'first_value', now()
            from leads, generate_series(0, 7) week where organization_id = @organizationId
            """, parameters, default);
        await database.ExecuteAsync(
            """
            insert into nearby_sales (id, organization_id, lead_id, listing_key, sale_key, address, latitude, longitude, close_date, close_price, distance_miles, closed_from, closed_to, decision, decided_at)
            select gen_random_uuid(), @organizationId, id, 'key-' || sale, 'sale-' || sale, sale || ' Oak Street', 47.6, -122.3, current_date - sale, 650000, 0.5, current_date - 7, current_date, 'sold_nearby', now()
            from leads, generate_series(1, 5) sale where organization_id = @organizationId
            """, parameters, default);
        await database.ExecuteAsync(
            """
            insert into notifications (id, organization_id, user_id, lead_id, kind, cause, listing_key, title, body, evidence, read_at, created_at)
            select gen_random_uuid(), @organizationId, @userId, lead_id, 'nearby_sale', lead_id || listing_key, listing_key, 'Sold near a lead', 'A home was sold.', '{}',
                case when close_date < current_date - 1 then now() end, now() - random() * interval '30 days'
            from nearby_sales where organization_id = @organizationId
            """, parameters, default);
        return await database.QueryAsync<Guid>("select id from leads where organization_id = @organizationId order by id limit 1", parameters, default);
    }
}
