using System.Diagnostics;
using Dapper;
using Npgsql;
using TwoStory.Local.Postgres;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Local;

public sealed class PostgresServerTests : IDisposable
{
    readonly ServerFolder place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_server_killed_by_force_starts_again_with_its_rows()
    {
        await using (var server = await place.StartAsync())
        {
            await RowOfOurs.WriteAsync(server);
            await KillAsync(Postmaster.Read(place.ClusterData)!.ProcessId);
        }

        Assert.True(File.Exists(Path.Combine(place.ClusterData, "postmaster.pid")));
        await using var again = await place.StartAsync();
        Assert.Equal(1, await RowOfOurs.CountAsync(again));
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_with_one_line_and_free_again_afterwards()
    {
        await using (await place.StartAsync())
        {
            var refused = await Assert.ThrowsAsync<DataFolderInUseException>(place.StartAsync);
            Assert.Equal(
                $"The data folder {place.Data} is in use by another TwoStory (process {Environment.ProcessId}). Stop it or give --data DIR.",
                refused.Message);
        }

        await using var again = await place.StartAsync();
        Assert.Equal(0, await RowOfOurs.CountAsync(again));
    }

    [Fact]
    public async Task A_connection_without_the_password_is_refused()
    {
        await using var server = await place.StartAsync();
        var guess = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess", Pooling = false };
        await using var connection = new NpgsqlConnection(guess.ConnectionString);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task Parameters_of_a_failing_statement_are_not_logged()
    {
        await using var server = await place.StartAsync();
        await using (var connection = new NpgsqlConnection(server.ConnectionString))
        {
            await connection.ExecuteAsync("create table clients (email text primary key)");
            const string insert = "insert into clients values (@email)";
            await connection.ExecuteAsync(insert, new { email = "maria.lopez@example.com" });
            await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(insert, new { email = "maria.lopez@example.com" }));
        }

        await server.DisposeAsync();
        var log = await File.ReadAllTextAsync(server.LogFile);
        Assert.Contains("duplicate key", log, StringComparison.Ordinal);
        Assert.DoesNotContain("maria", log, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task Below_a_folder_that_only_root_may_enter_it_keeps_its_data_elsewhere_and_finds_it_again()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(place.Checkout, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using (var server = await place.StartAsync())
        {
            await RowOfOurs.WriteAsync(server);
        }

        Assert.False(Directory.Exists(place.ClusterData));
        await using var again = await place.StartAsync();
        Assert.Equal(1, await RowOfOurs.CountAsync(again));
    }

    static async Task KillAsync(int process)
    {
        using var victim = Process.GetProcessById(process);
        victim.Kill();
        await victim.WaitForExitAsync();
    }
}
