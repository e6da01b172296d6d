using System.Diagnostics;
using System.Globalization;
using TwoStory.Core.Data;

namespace TwoStory.Bench;

/// <summary>How long the migrations after the ninth take on a filled database, and the longest wait of a concurrent read.</summary>
static class UpgradeBenchmark
{
    const int Shipped = 9;

    sealed record Step(string Name, double Milliseconds);

    public static async Task<int> RunAsync(string[] args)
    {
        var leads = int.Parse(args.ElementAtOrDefault(0) ?? "100000", CultureInfo.InvariantCulture);
        await using var bench = new BenchHost();
        var connectionString = await bench.CreateDatabaseAsync(Shipped);
        await using var database = Database.Open(connectionString);
        await FillAsync(database, leads);

        using var stop = new CancellationTokenSource();
        string[] reads =
        [
            "select id, name, email, latitude, longitude from leads where organization_id = @id order by created_at desc, id desc limit 21",
                "select id, name, version from organizations where id = @id",
            "select id, name, role from users where organization_id = @id",
                "select id, recipient, state from email_outbox where organization_id = @id limit 20",
        ];
        var reading = reads.Select(sql => ReadAsync(database, sql, stop.Token)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();
        await new Migrator(database).MigrateAsync(default);
        var end = watch.Elapsed.TotalMilliseconds;
        await stop.CancelAsync();
        var waits = await Task.WhenAll(reading);

        Console.WriteLine("| migration | ms |");
        Console.WriteLine("| --- | ---: |");
        foreach (var step in await StepsAsync(database, end))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {step.Name} | {step.Milliseconds:0} |"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{leads:#,##0} leads; all migrations {end:0} ms; longest read of leads, organizations, users, outbox: {string.Join(", ", waits.Select(wait => wait.ToString("0", CultureInfo.InvariantCulture)))} ms"));
        return 0;
    }

    static async Task FillAsync(Database database, int leads)
    {
        await database.ExecuteAsync(
            """
            insert into organizations (id, name, time_zone) select lpad(to_hex(n), 32, '0')::uuid, 'Realty ' || n, 'America/Los_Angeles' from generate_series(1, 50) n;
            insert into users (id, organization_id, email, name, role, password_hash) select id, id, id || '@bench.example', 'Owner', 'owner', '' from organizations;
            insert into leads (id, organization_id, owner_id, name, email, latitude, longitude, location_precision, alerts_since)
            select gen_random_uuid(), o, o, 'Lead ' || n, 'lead' || n || '@clients.example', 47.6, -122.3, 'rooftop', '2026-01-01'
            from (select n, lpad(to_hex(1 + n % 50), 32, '0')::uuid as o from generate_series(1, @leads) n) p;
            insert into email_outbox (id, organization_id, recipient, template, payload, dedupe_key, state)
            select gen_random_uuid(), organization_id, email, 'nearby_sales', repeat('x', 2000), id::text, 'sent' from leads;
            insert into api_usage (organization_id, provider, operation, day, calls)
            select id, 'rentcast', 'value', current_date - n, 100 from organizations, generate_series(0, 30) n;
            """, new { leads }, default);
        foreach (var table in new[] { "leads", "email_outbox", "organizations", "users", "api_usage" })
        {
            await database.ExecuteAsync($"vacuum analyze {table}", null, default);
        }
    }

    /// <returns>The longest that one read took, ms.</returns>
    static async Task<double> ReadAsync(Database database, string sql, CancellationToken stop)
    {
        var longest = 0.0;
        while (!stop.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            await database.ExecuteAsync(sql, new { id = new Guid("00000000-0000-0000-0000-000000000001") }, CancellationToken.None);
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return longest;
    }

    // Each is stamped with the start of its own transaction.
    static async Task<IReadOnlyList<Step>> StepsAsync(Database database, double end) => await database.QueryAsync<Step>(
        """
        select name, extract(epoch from coalesce(lead(applied_at) over (order by number), min(applied_at) over () + @end * interval '1 millisecond') - applied_at)::float8 * 1000 as milliseconds
        from schema_migrations where number > @Shipped order by number
        """, new { end, Shipped }, default);
}
