using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Upgrades;

/// <summary>A deployment as it goes: the version before serves, the database is migrated under it, the new version comes beside it.</summary>
public sealed class RollingUpgradeTests : IAsyncLifetime
{
    const string Password = "correct horse battery";

    string connectionString = "";

    public async Task InitializeAsync() => connectionString = await TestPostgres.CreateDatabaseAsync();

    public Task DisposeAsync() => TestPostgres.DropDatabaseAsync(connectionString);

    [Fact]
    public async Task The_version_before_works_on_while_the_database_is_migrated_and_beside_the_new_one()
    {
        await using var database = Database.Open(connectionString, maxConnections: 20);
        var hash = await new PasswordHasher(cost: 4).HashAsync(Password, default);
        var organizations = await OldVersion.FillAsync(connectionString, organizations: 2, leadsEach: 1_500, hash);
        using var stop = new CancellationTokenSource();
        // Two of each organization: they meet each other as well as the migration.
        var users = organizations.Concat(organizations).Select(of => new OldVersion(database, of.Organization, of.User)).ToList();
        var working = users.Select(user => Task.Run(() => user.WorkAsync(stop.Token))).ToList();
        await RoundsAsync(users, working, 10);

        var applied = await new Migrator(database).MigrateAsync(default);
        await RoundsAsync(users, working, 10);
        await using (var host = await TestHost.StartAsync(connectionString, simulators: world => world.DemoWorld = false, time: new HostClock()))
        {
            await UseAsync(host, organizations[0].User);
            await RoundsAsync(users, working, 10);
        }
        await stop.CancelAsync();
        await Task.WhenAll(working);

        Assert.Equal(Migrator.Latest - OldVersion.Migrations, applied.Count);
        await TenancyCheck.RequireAsync(database, default);
        foreach (var (organization, _) in organizations) await AssertWholeAsync(database, organization, users.Where((_, number) => organizations[number % 2].Organization == organization), organization == organizations[0].Organization ? 1 : 0);
    }

    // Ends with the error of a user who met one.
    static async Task RoundsAsync(IReadOnlyList<OldVersion> users, IReadOnlyList<Task> working, int more)
    {
        var goals = users.Select(user => user.Rounds + more).ToList();
        while (users.Where((user, number) => user.Rounds < goals[number]).Any())
        {
            if (working.FirstOrDefault(work => work.IsCompleted) is { } ended) await ended;
            await Task.Delay(20);
        }
    }

    static async Task UseAsync(TestHost host, Guid user)
    {
        using var signedIn = await host.Client.PostAsJsonAsync("/api/auth/login", new { email = $"{user}@old.example", password = Password });
        var session = await signedIn.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", session.GetProperty("accessToken").GetString());
        using var added = await host.Client.PostAsJsonAsync("/api/leads", new { name = "New", email = "new@clients.example", latitude = 47.6, longitude = -122.3 });
        Assert.Equal(201, (int)added.StatusCode);
        foreach (var path in new[] { "leads?limit=100", "notifications", "dashboard/stats", "organization", "jobs" })
        {
            using var answer = await host.Client.GetAsync($"/api/{path}");
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    static async Task AssertWholeAsync(Database database, Guid organization, IEnumerable<OldVersion> users, int addedByNew)
    {
        var its = users.ToList();
        var rows = await database.QueryFirstAsync<(long Leads, long Monitored, long Counted, long Spark, long Notifications, long Mail, string Tier)>(
            """
            select (select count(*) from leads where organization_id = @organization), (select count(*) from leads where organization_id = @organization and (notify_nearby_sales or notify_value_changes)),
                monitored_leads::bigint, (select sum(calls) from api_usage where organization_id = @organization and provider = 'spark'),
                (select count(*) from notifications where organization_id = @organization and kind = 'value_change'), (select count(*) from email_outbox where organization_id = @organization and state = 'sent' and dedupe_key <> 'first'), subscription_tier
            from organizations where id = @organization
            """, new { organization }, default);
        var rounds = its.Sum(user => user.Rounds);
        Assert.Equal((1_500 + its.Sum(user => user.Kept) + addedByNew, rows.Monitored, rounds, rounds, rounds, "starter"), (rows.Leads, rows.Counted, rows.Spark, rows.Notifications, rows.Mail, rows.Tier));
    }
}
