using System.Diagnostics;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers;
using TwoStory.Simulators.RentCast;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Crash;

/// <summary>A brokerage of three agents and 40 leads in the simulated world, with one run of one job due.</summary>
static class CrashNight
{
    const int Leads = 40;

    // Small, so that a run fetches several pages.
    const int PageSize = 10;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <returns>The database to copy.</returns>
    public static async Task<string> PrepareAsync(string kind, TestHost providers)
    {
        var connectionString = await TestHost.CreateDatabaseAsync();
        TestOrganization organization;
        await using (var host = await TestHost.StartAsync(connectionString))
        {
            organization = await host.AddOrganizationAsync(agents: 3, pageSize: PageSize);
            await AddLeadsAsync(host, organization, providers, Homes(providers, Leads));
        }
        await using var database = Database.Open(connectionString);
        await StartAsync(database, organization, kind);
        return connectionString;
    }

    /// <summary>Creates pending runs.</summary>
    public static async Task StartAsync(Database database, TestOrganization organization, params IEnumerable<string> kinds)
    {
        // An organization of tomorrow has missed nothing yet: no schedule gets between us and our run.
        await database.ExecuteAsync("update organizations set created_at = now() + interval '1 day'", null, default);
        foreach (var kind in kinds) await new JobStore(database).StartAsync(kind, organization.Id, occurrence: null, default);
    }

    /// <summary>Waits until the run has ended and its mail is sent, or the host has ended.</summary>
    public static async Task WaitForEndAsync(Database database, HostProcess host, KillSwitch kills)
    {
        for (var watch = Stopwatch.StartNew(); !host.HasEnded; await Task.Delay(25))
        {
            if (await IsOverAsync(database)) return;
            if (watch.Elapsed > Patience) Assert.Fail($"The run does not end:\n{host.Output}\n{host.Errors}");
        }
        // The end of the host can be visible a moment before the kill is recorded.
        for (var watch = Stopwatch.StartNew(); !kills.HasKilled; await Task.Delay(5))
        {
            if (watch.Elapsed > Patience) Assert.Fail($"The host ended by itself:\n{host.Output}\n{host.Errors}");
        }
    }

    /// <summary>Waits until PostgreSQL has closed the connections of the killed host, then until leases and delays expire.</summary>
    public static async Task LetTimePassAsync(Database database)
    {
        while (await database.QueryFirstAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()",
            null, default) > 0)
        {
            await Task.Delay(10);
        }
        await database.ExecuteAsync(
            "update email_outbox set not_before = now() where state <> 'sent'; update job_batches set not_before = null where state = 'pending'", null, default);
    }

    /// <summary>Whether no run is open and all mail is sent.</summary>
    public static Task<bool> IsOverAsync(Database database) => database.QueryFirstAsync<bool>(
        """
        select not exists (select from job_runs where finished_at is null) and not exists (select from email_outbox where state <> 'sent')
        """,
        null, default);

    /// <summary>Homes of one state, so many, far apart from each other; two clients live in the first, and share its valuation.</summary>
    public static List<Home> Homes(TestHost providers, int count)
    {
        var homes = providers.Get<SimulatedWorld>().Homes.Where(home => home.Address is { State: "WA", Unit: null }).ToList();
        var chosen = Enumerable.Range(0, count - 1).Select(number => homes[number * homes.Count / count]).ToList();
        chosen.Add(chosen[0]);
        return chosen;
    }

    /// <summary>Adds a lead in each home, with a valuation reported a week ago.</summary>
    public static async Task AddLeadsAsync(TestHost host, TestOrganization organization, TestHost providers, IReadOnlyList<Home> chosen)
    {
        var leads = chosen.Select(home => new TestLead(new GeoPoint(home.Point.Latitude, home.Point.Longitude))
        {
            Street = home.Address.Street,
            City = home.Address.City,
            RadiusMiles = 0.4,
        }).ToList();
        await host.AddLeadsAsync(organization, leads);
        var today = providers.Get<WorldClock>().Today;
        var avm = providers.Get<SimulatedAvm>();
        await host.Database.ExecuteAsync(
            """
            with valued as (
                insert into property_values (id, organization_id, lead_id, source, as_of, value, decision, decided_at)
                select gen_random_uuid(), @Id, v.lead, 'rentcast', @day, v.value, 'first_valuation', now() from unnest(@leads, @values) as v (lead, value)
                returning lead_id, value
            )
            insert into valuations (lead_id, organization_id, outcome, checked_on, told_value, told_as_of)
            select lead_id, @Id, 'valued', @day, value, @day from valued
            """,
            new
            {
                organization.Id,
                day = today.AddDays(-7),
                leads = leads.Select(lead => lead.Id).ToArray(),
                // Of five, two have risen, one has fallen and two are as they were.
                values = chosen.Select((home, number) => Math.Round(avm.ValueOn(home, today).Price * (number % 5) switch { 0 => 0.9m, 1 => 1.1m, 2 => 0.95m, _ => 1m })).ToArray(),
            }, default);
    }
}
