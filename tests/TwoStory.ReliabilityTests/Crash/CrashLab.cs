using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.Mail;
using TwoStory.Tests.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Crash;

/// <summary>
/// One night that can be repeated: a brokerage with a pending run, and its providers. Each
/// experiment has a copy of the database, and hosts of its own that it kills.
/// </summary>
sealed class CrashLab : IAsyncDisposable
{
    readonly TestHost providers;
    readonly UpstreamSteps steps;
    readonly string prepared;
    readonly string folder = Directory.CreateTempSubdirectory("twostory-crash-").FullName;

    CrashLab(TestHost providers, UpstreamSteps steps, string prepared) => (this.providers, this.steps, this.prepared) = (providers, steps, prepared);

    public static async Task<CrashLab> OpenAsync(string kind)
    {
        var steps = new UpstreamSteps();
        var providers = await TestHost.StartAsync(
            simulators: options => (options.SparkIdxLimit, options.RentCastPerSecond, options.ResendLimit) = (null, null, null),
            configure: builder => builder.Services.AddSingleton<IStartupFilter>(steps));
        return new CrashLab(providers, steps, await CrashNight.PrepareAsync(kind, providers));
    }

    /// <summary>Runs hosts until the night is complete; each except the last is killed at its point.</summary>
    public async Task<Experiment> RunAsync(IReadOnlyList<KillPoint> points)
    {
        var connectionString = await TestPostgres.CreateDatabaseAsync(prepared);
        await using var database = Database.Open(connectionString, maxConnections: 2);
        providers.Get<CallLog>().Reset();
        var mailed = providers.Get<Mailbox>().All().Count;
        var kills = 0;
        KillSwitch last;
        do
        {
            last = await ExecuteRunAsync(connectionString, database, kills < points.Count ? points[kills] : null);
            kills += last.HasKilled ? 1 : 0;
        }
        while (last.HasKilled);

        await Counters.RequireExactAsync(database);
        var mails = providers.Get<Mailbox>().All();
        var experiment = new Experiment(
            kills, last.DatabaseSteps, last.UpstreamSteps, await NightResult.ReadAsync(database, mails.Take(mails.Count - mailed)), await ProviderUse.ReadAsync(providers, database));
        await database.DisposeAsync();
        await TestPostgres.DropDatabaseAsync(connectionString);
        return experiment;
    }

    public async ValueTask DisposeAsync()
    {
        await providers.DisposeAsync();
        await TestPostgres.DropDatabaseAsync(prepared);
        Directory.Delete(folder, recursive: true);
    }

    async Task<KillSwitch> ExecuteRunAsync(string connectionString, Database database, KillPoint? point)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var kills = new KillSwitch(point);
        using var proxy = new DatabaseProxy(server.Port, kills);
        steps.Kills = kills;
        var url = $"postgres://{server.Username}:{server.Password}@127.0.0.1:{proxy.Port}/{server.Database}?sslmode=disable&gss_encryption_mode=disable";
        await using (var host = HostProcess.Start(Settings(), "--no-demo", "--port", "0", "--data", folder, "--database", url))
        {
            kills.Aim(host);
            await CrashNight.WaitForEndAsync(database, host, kills);
        }
        await CrashNight.LetTimePassAsync(database);
        return kills;
    }

    Dictionary<string, string?> Settings() => new(
        [
            .. providers.SimulatorSettings,
            .. TestHost.Secrets.Select(secret => new KeyValuePair<string, string?>(secret.Key, secret.Value)),
            new("Upstreams:Spark:RequestsPerWindow", "100000"),
            new("Upstreams:RentCast:Requests", "1000"),
            new("Upstreams:RentCast:Window", "00:00:10"),
            new("Upstreams:Resend:Requests", "1000"),
            new("Upstreams:Resend:Window", "00:00:10"),
            new("Jobs:RetryDelay", "00:00:00.05"),
            // A host runs for a second, so optimized compilation costs more than it saves.
            new("DOTNET_TieredPGO", "0"),
        ]);
}

/// <summary>The outcome of one night.</summary>
/// <param name="Kills">How many hosts were killed.</param>
/// <param name="DatabaseSteps">Of the last host.</param>
/// <param name="UpstreamSteps">Of the last host.</param>
sealed record Experiment(int Kills, int DatabaseSteps, int UpstreamSteps, NightResult Result, IReadOnlyList<ProviderUse> Use);
