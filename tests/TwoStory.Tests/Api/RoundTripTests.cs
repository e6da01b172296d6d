namespace TwoStory.Tests.Api;

/// <summary>Counts what each reading route sends to the database.</summary>
public sealed class RoundTripTests(ApiHost host) : IClassFixture<ApiHost>
{
    // These read from providers, whose quotas and caches are in the database too. Their number of round trips does not matter beside that.
    static readonly HashSet<string> OfProviders = ["GetLeadMarket", "ListLeadComparables", "FindListings", "GetListing"];

    static readonly HashSet<string> OfAdministrators =
        ["ListUsers", "ListInvitations", "ListJobs", "GetJob", "GetUsage", "GetSubscription", "ListAuditEvents"];

    [Fact]
    public async Task Every_reading_route_takes_one_round_trip_and_those_of_administrators_two()
    {
        var owner = await host.RegisterOwnerAsync();
        var ids = await RowsAsync(owner);
        var routes = MappedRoutes.From(host.Services).Where(route => route.Method == "GET" && !OfProviders.Contains(route.Name)).ToList();
        Assert.True(routes.Count > 15, $"only {routes.Count} routes");
        using var sql = new SqlRecorder();
        foreach (var route in routes)
        {
            var path = route.Path.Replace(MappedRoutes.NoId, ids.GetValueOrDefault(route.Name), StringComparison.Ordinal);
            var answer = await (route.IsOpen ? host.Anonymous() : owner).GetAsync(path);
            Assert.True(answer.Status == 200, $"{route.Name}: {answer.Status}");
            var trips = sql.For(answer);
            if (route.IsOpen) Assert.True(trips.Count <= 1, $"{route.Name} takes {trips.Count}: {string.Join("\n", trips)}");
            else if (OfAdministrators.Contains(route.Name)) Assert.True(trips.Count == 2, $"{route.Name}: {string.Join("\n", trips)}");
            else Assert.True(trips.Count == 1, $"{route.Name}: {trips.Count}\n{string.Join("\n", trips)}");
        }
    }

    async Task<Dictionary<string, string>> RowsAsync(ApiClient owner)
    {
        var lead = (await owner.AddLeadAsync("A Lead", null))["id"].GetGuid();
        var (notification, run) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await host.Database.ExecuteAsync(
            """
            insert into notifications (id, organization_id, user_id, lead_id, kind, cause, title, body, evidence)
            values (@notification, @OrganizationId, @UserId, @lead, 'nearby_sale', 'one', '', '', '{}');
            insert into job_runs (id, organization_id, kind, instance_id) values (@run, @OrganizationId, 'nearby-sales', @run::text);
            """, new { notification, run, lead, owner.OrganizationId, owner.UserId }, default);
        return new()
        {
            ["GetLead"] = $"{lead}",
            ["ListLeadValues"] = $"{lead}",
            ["ListLeadNearbySales"] = $"{lead}",
            ["GetNotification"] = $"{notification}",
            ["GetJob"] = $"{run}",
        };
    }
}
