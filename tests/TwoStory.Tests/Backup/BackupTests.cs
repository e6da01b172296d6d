using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Spark;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Backup;

/// <summary>The steps of docs/backup.md with the real programs: dump the database of a host, restore it on another server, continue there.</summary>
public sealed class BackupTests
{
    const string Email = "olive@backup.example";
    const string Password = "correct horse battery";

    static readonly string[] Tables =
        ["organizations", "users", "refresh_tokens", "leads", "property_values", "valuations", "nearby_sales", "notifications", "email_outbox", "api_usage", "usage_budgets", "job_runs", "audit_events", "schema_migrations"];

    readonly HostClock clock = new();

    [DumpFact]
    public async Task A_restored_database_continues_after_the_dump_and_reports_nothing_twice()
    {
        await using var original = await TestHost.StartAsync(time: clock);
        var (organization, lead, refreshToken) = await TwoWeeksAsync(original);
        var mails = (await original.MailAsync()).Count;
        var notified = await NotifiedAsync(original.Database);
        Assert.Equal(["nearby_sale", "value_change"], notified.Select(row => row.Kind).Distinct().Order());
        Assert.True(mails >= 2);

        await using var server = await EmptyServer.StartAsync();
        var restored = await DumpAndRestoreAsync(original, server);
        await using (var host = await TestHost.StartAsync(restored, settings: original.SimulatorSettings, simulators: world => world.DemoWorld = false, time: clock))
        {
            await AssertGoesOnAsync(host, organization, refreshToken);
            Assert.Equal(notified, await NotifiedAsync(host.Database));
            Assert.Equal(mails, (await original.MailAsync()).Count);

            // The next night reports the same as on the old server.
            clock.MoveDays(1);
            foreach (var each in new[] { host, original }) Assert.Equal(JobState.Completed, (await each.RunAsync(JobKinds.NearbySales, organization)).State);
            Assert.Equal(await NotifiedAsync(original.Database), await NotifiedAsync(host.Database));
        }
        await AssertOtherKeyAsync(restored, original.SimulatorSettings, organization, lead);
    }

    /// <summary>A brokerage with notifications of sales and value changes.</summary>
    async Task<(Guid Organization, Guid Lead, string RefreshToken)> TwoWeeksAsync(TestHost host)
    {
        using var registered = await host.Client.PostAsJsonAsync("/api/auth/register", new { organizationName = "Backup Realty", name = "Olive", email = Email, password = Password });
        var session = await registered.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        var user = session.GetProperty("user");
        var organization = new TestOrganization(user.GetProperty("organizationId").GetGuid(), [user.GetProperty("id").GetGuid()]);
        await host.Get<SparkCredentialStore>().SaveAsync(organization.Id, new BearerCredentials("sim-idx-backup"), null, 25, null, default);
        var homes = host.Get<SimulatedWorld>().Homes.Where(home => home.Address is { State: "WA", Unit: null }).Take(20).ToList();
        TestLead[] leads = [.. homes.Select(home => new TestLead(new(home.Point.Latitude, home.Point.Longitude)) { Street = home.Address.Street, City = home.Address.City })];
        await host.AddLeadsAsync(organization, leads);
        foreach (var value in new[] { 500_000m, 600_000m })
        {
            foreach (var home in homes) await host.SetValueAsync(home.Address.OneLine, value);
            foreach (var kind in new[] { JobKinds.NearbySales, JobKinds.PropertyValues }) Assert.Equal(JobState.Completed, (await host.RunAsync(kind, organization.Id)).State);
            if (value == 500_000m) clock.MoveDays(7);
        }
        await OutboxEmptyAsync(host);
        return (organization.Id, leads[0].Id, session.GetProperty("refreshToken").GetString()!);
    }

    static async Task<string> DumpAndRestoreAsync(TestHost original, EmptyServer server)
    {
        var file = Path.GetTempFileName();
        try
        {
            var dumped = await DumpPrograms.DumpAsync(original.ConnectionString, file);
            Assert.True(dumped.Succeeded, dumped.Output);

            // Without the roles the policies cannot be made. That stops the restore instead of leaving a database without them.
            var early = await DumpPrograms.RestoreAsync(file, await server.CreateDatabaseAsync("too_early"));
            Assert.False(early.Succeeded);
            Assert.Contains("twostory_app", early.Reason, StringComparison.Ordinal);

            await server.CreateRoleAsync();
            var restored = await server.CreateDatabaseAsync("restored");
            var done = await DumpPrograms.RestoreAsync(file, restored);
            Assert.True(done.Succeeded, done.Output);
            await AssertSameRowsAsync(original.Database, restored);
            return restored;
        }
        finally
        {
            File.Delete(file);
        }
    }

    static async Task AssertSameRowsAsync(Database original, string restored)
    {
        await using var database = Database.Open(restored, maxConnections: 2);
        await new Migrator(database).RequireCurrentAsync(default);
        await TenancyCheck.RequireAsync(database, default);
        foreach (var table in Tables)
        {
            var rows = $"select count(*) || md5(string_agg(t::text, ',' order by t::text)) from {table} t";
            Assert.Equal((table, await original.QueryFirstAsync<string>(rows, null, default)), (table, await database.QueryFirstAsync<string>(rows, null, default)));
        }
        // As a dump finds it that is taken while a mail is handed over: the provider has it, and we do not know yet.
        Assert.Equal(1, await database.ExecuteAsync(
            """
            update email_outbox set state = 'sending', sent_at = null, provider_id = null, not_before = now()
            where id = (select id from email_outbox where state = 'sent' and batch_order = 1 order by sent_at desc limit 1)
            """, null, default));
    }

    static async Task AssertGoesOnAsync(TestHost host, Guid organization, string refreshToken)
    {
        foreach (var (path, body) in new (string, object)[] { ("login", new { email = Email, password = Password }), ("refresh", new { refreshToken }) })
        {
            using var answer = await host.Client.PostAsJsonAsync($"/api/auth/{path}", body);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        }
        Assert.Equal(20, await host.Database.Tenant(organization).QueryFirstAsync<long>("select count(*) from leads", null, default));
        Assert.Equal(0, await host.Database.Tenant(Guid.CreateVersion7()).QueryFirstAsync<long>("select count(*) from leads", null, default));

        foreach (var kind in new[] { JobKinds.NearbySales, JobKinds.PropertyValues })
        {
            var report = await host.RunAsync(kind, organization);
            Assert.Equal((kind, JobState.Completed, 0, 0), (kind, report.State, report.Counts.Alerts, report.Counts.Emails));
            // The stored credentials are decrypted: Spark receives requests.
            if (kind == JobKinds.NearbySales) Assert.True(report.Requests.Spark > 0 && report.Counts.Matches > 0);
        }
        await OutboxEmptyAsync(host);
    }

    async Task AssertOtherKeyAsync(string restored, Dictionary<string, string?> settings, Guid organization, Guid lead)
    {
        settings["ENCRYPTION_KEY"] = new string('b', 64);
        await using var host = await TestHost.StartAsync(restored, settings: settings, simulators: world => world.DemoWorld = false, time: clock);
        using var signedIn = await host.Client.PostAsJsonAsync("/api/auth/login", new { email = Email, password = Password });
        var session = await signedIn.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", session.GetProperty("accessToken").GetString());
        using var refused = await host.Client.PostAsync(new Uri($"/api/leads/{lead}/nearby-sales/refresh", UriKind.Relative), null);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((409, "spark_credentials_unreadable"), ((int)refused.StatusCode, problem.GetProperty("code").GetString()));
        var report = await host.RunAsync(JobKinds.NearbySales, organization);
        Assert.Equal((JobState.Failed, "spark_credentials_unreadable"), (report.State, report.Errors[0].Code));
    }

    static async Task OutboxEmptyAsync(TestHost host)
    {
        while ((await host.QueryAsync<long>("select count(*) from email_outbox where state <> 'sent'"))[0] > 0) await Task.Delay(50);
    }

    static async Task<IReadOnlyList<(string Kind, string Cause)>> NotifiedAsync(Database database) =>
        await database.QueryAsync<(string, string)>("select kind, cause from notifications order by kind, cause", null, default);
}
