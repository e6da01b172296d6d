using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TwoStory.Core.Providers.Spark;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;

namespace TwoStory.Tests.Data;

/// <summary>Takes the organization's filter out of every statement that the product sent for one brokerage, and sends it again as another.</summary>
public sealed partial class TenantStatementTests
{
    const string Mark = "Alpha Only";

    [Fact]
    public async Task No_statement_needs_its_filter_to_keep_organizations_apart()
    {
        using var capture = new StatementCapture();
        var connectionString = await TestHost.CreateDatabaseAsync();
        Guid theirs, mine;
        List<(string Sql, NpgsqlParameter[] Parameters)> commands;
        // The host stops before the replay: its background work would change rows during the comparisons.
        await using (var host = await TestHost.StartAsync(
            connectionString, configure: builder => builder.Services.AddSingleton(capture.Open(connectionString))))
        {
            theirs = await WorkAsync(host, Mark);
            commands = [.. capture.Commands.Where(command => OrganizationFilter().IsMatch(command.Sql))];
            mine = await WorkAsync(host, "Beta");
        }

        await using var replay = await ForeignReplay.OpenAsync(connectionString, mine, theirs, Mark);
        foreach (var (sql, parameters) in commands) await replay.RunAsync(OrganizationFilter().Replace(Entry().Replace(sql, ""), "true"), parameters);

        Assert.Empty(replay.Leaks);
        Assert.True(commands.Count > 80, $"only {commands.Count} statements");
        Assert.True(replay.Prevented > 20, $"only {replay.Prevented} of {commands.Count} statements would have met them without the policies");
    }

    // What makes a command the organization's own, with the check of the session or without.
    [GeneratedRegex(@"^select (?:set_config\('role', 'twostory_tenant', true\), set_config|enter_session)\(.*\)(?:;\n|$)")]
    private static partial Regex Entry();

    static async Task<Guid> WorkAsync(TestHost host, string name)
    {
        var brokerage = await Brokerage.RegisterAsync(host);
        await host.Get<SparkCredentialStore>().SaveAsync(brokerage.Organization.Id, new BearerCredentials($"sim-idx-{Guid.NewGuid():N}"), null, 25, null, default);
        var leads = new List<Guid>();
        for (var number = 0; number < 3; number++)
        {
            var lead = await brokerage.SendAsync(HttpMethod.Post, "leads", new
            {
                name = $"{name} {number}",
                email = $"{Guid.NewGuid():N}@clients.example",
                address = new { street = $"{5600 + number} 20th Avenue NW", city = "Seattle", state = "WA", postalCode = "98107" },
                latitude = 47.669 + (number * 0.001),
                longitude = -122.384,
                alertsSince = "2020-01-01",
            });
            leads.Add(lead.GetProperty("id").GetGuid());
        }
        await host.QueryAsync<int>("insert into property_values (id, organization_id, lead_id, source, as_of, value) select gen_random_uuid(), organization_id, id, 'rentcast', current_date - 7, 1000 from leads where organization_id = @Id returning 1", new { brokerage.Organization.Id });
        await FetchAsync(brokerage, leads);
        return brokerage.Organization.Id;
    }

    static async Task FetchAsync(Brokerage brokerage, List<Guid> leads)
    {
        await brokerage.RunAsync("nearby-sales");
        await brokerage.RunAsync("property-values");
        var notification = (await brokerage.SendAsync(HttpMethod.Get, "notifications?limit=1")).GetProperty("items")[0].GetProperty("id").GetGuid();
        var invitation = (await brokerage.SendAsync(HttpMethod.Post, "organization/users/invite", new { email = $"{Guid.NewGuid():N}@test.example", role = "agent" })).GetProperty("id").GetGuid();
        (HttpMethod Method, string Path, object? Body)[] requests =
        [
            (HttpMethod.Get, "auth/me", null), (HttpMethod.Get, "organization", null), (HttpMethod.Put, "organization", new { windowDays = 8, monthlyCaps = new { spark = 1000 } }),
            (HttpMethod.Get, "organization/audit?action=signed_in", null), (HttpMethod.Get, "organization/usage", null), (HttpMethod.Get, "organization/subscription", null),
            (HttpMethod.Put, "organization/subscription", new { tier = "team" }), (HttpMethod.Get, "organization/users", null), (HttpMethod.Get, "organization/users/invitations", null),
            (HttpMethod.Put, $"organization/users/{brokerage.Organization.Agents[0]}", new { name = "Olive Again" }), (HttpMethod.Post, $"organization/users/invitations/{invitation}/resend", null),
            (HttpMethod.Delete, $"organization/users/invitations/{invitation}", null),
            (HttpMethod.Get, "leads?temperature=warm&q=a", null), (HttpMethod.Get, $"leads?owner={brokerage.Organization.Agents[0]}", null), (HttpMethod.Get, $"leads/{leads[0]}", null),
            (HttpMethod.Put, $"leads/{leads[0]}", new { notes = "Called." }), (HttpMethod.Put, $"leads/{leads[1]}", new { notifyNearbySales = false, notifyValueChanges = false }),
            (HttpMethod.Get, $"leads/{leads[0]}/value-history", null), (HttpMethod.Get, $"leads/{leads[0]}/nearby-sales", null), (HttpMethod.Post, $"leads/{leads[0]}/nearby-sales/refresh", null),
            (HttpMethod.Get, $"leads/{leads[0]}/market", null), (HttpMethod.Get, "listings?address=Market", null), (HttpMethod.Get, "dashboard/stats", null),
            (HttpMethod.Get, "notifications?unread=true", null), (HttpMethod.Get, "notifications/unread-count", null), (HttpMethod.Get, $"notifications/{notification}", null),
            (HttpMethod.Put, $"notifications/{notification}/read", null), (HttpMethod.Post, "notifications/mark-all-read", null), (HttpMethod.Delete, $"notifications/{notification}", null),
            (HttpMethod.Get, "jobs", null), (HttpMethod.Delete, $"leads/{leads[2]}", null),
        ];
        foreach (var (method, path, body) in requests) await brokerage.TryAsync(method, path, body);
    }

    [GeneratedRegex(@"(?<![\w.])(?:(?:\w+\.)?organization_id|(?:o\.)?id) = (?:@organizationId\b|\$1(?!\d))", RegexOptions.IgnoreCase)]
    private static partial Regex OrganizationFilter();
}
