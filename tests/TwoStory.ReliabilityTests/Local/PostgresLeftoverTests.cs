using System.Diagnostics;
using System.Globalization;
using TwoStory.Local.Postgres;

namespace TwoStory.Tests.Local;

/// <summary>The next start recovers from all remains of a killed run in the data folder.</summary>
public sealed class PostgresLeftoverTests : IDisposable
{
    readonly ServerFolder place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_server_left_behind_by_a_killed_run_is_taken_over_by_the_next_start()
    {
        string[] command;
        await using (var server = await place.StartAsync())
        {
            await RowOfOurs.WriteAsync(server);
            var account = await PostgresAccount.ChooseAsync(place.ClusterData, CancellationToken.None);
            var programs = PostgresPlaces.Folders().First();
            command = [.. account.Prefix, PostgresPlaces.Executable(programs, "postgres"), "-D", place.ClusterData];
        }

        var start = Command.Describe(command);
        start.RedirectStandardError = true;
        using var orphan = Process.Start(start)!;
        await UntilAsync(() => Postmaster.Read(place.ClusterData) is { IsReady: true });

        await using var next = await place.StartAsync();

        Assert.Equal(1, await RowOfOurs.CountAsync(next));
        await orphan.WaitForExitAsync();
        Assert.NotEqual(orphan.Id, Postmaster.Read(place.ClusterData)!.ProcessId);
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_another_living_process_neither_stops_the_start_nor_that_process()
    {
        string stale;
        PostgresAccount account;
        await using (await place.StartAsync())
        {
            stale = Postmaster.Read(place.ClusterData)!.Text;
            account = await PostgresAccount.ChooseAsync(place.ClusterData, CancellationToken.None);
        }

        using var stranger = Process.Start(Command.Describe([.. account.Prefix, "sleep", "600"]))!;
        var number = stranger.Id.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(Path.Combine(place.ClusterData, "postmaster.pid"), number + stale[stale.IndexOf('\n', StringComparison.Ordinal)..]);

        await using (await place.StartAsync())
        {
            Assert.False(stranger.HasExited);
        }

        stranger.Kill();
    }

    [Fact]
    public async Task An_empty_pid_file_does_not_stop_the_start()
    {
        await using (await place.StartAsync())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(place.ClusterData, "postmaster.pid"), "");

        await using var again = await place.StartAsync();
        Assert.Equal(0, await RowOfOurs.CountAsync(again));
    }

    [Fact]
    public async Task A_kill_during_the_first_initialisation_leaves_nothing_harmful()
    {
        var unfinished = Path.Combine(place.Data, "postgres.new", "data");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "PG_VERSION"), "15");

        await using var server = await place.StartAsync();
        Assert.Equal(0, await RowOfOurs.CountAsync(server));
    }

    [Fact]
    public async Task Data_of_another_major_version_is_refused_with_one_line_that_names_it()
    {
        await using (await place.StartAsync())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(place.ClusterData, "PG_VERSION"), "12\n");

        var refused = await Assert.ThrowsAsync<PostgresUnavailableException>(place.StartAsync);
        Assert.StartsWith($"The data folder {place.Data} was made by PostgreSQL 12, but ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
