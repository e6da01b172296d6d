using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Tests.Upstreams;

/// <summary>A PostgreSQL of its own for the tests of this folder, with one migrated database that each test finds empty.</summary>
public sealed class TemporaryPostgres : IAsyncLifetime
{
    readonly string folder = Path.Combine(Path.GetTempPath(), $"twostory-upstreams-{Guid.NewGuid():N}");
    readonly int port = FreePort();

    Process? server;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", folder);
        var data = Path.Combine(folder, "data");
        await AsPostgresAsync(Binary("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync");
        server = Start(AsPostgres(Binary("postgres"), "-D", data, "-p", $"{port}", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"));
        await UntilAsync(CanConnectAsync);
        await using var template = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await template.CreateCommand("create database migrated").ExecuteNonQueryAsync();
        await using var migrated = NpgsqlDataSource.Create(ConnectionString("migrated") + ";Pooling=false");
        await new Migrator(new Database(migrated)).MigrateAsync(CancellationToken.None);
    }

    /// <returns>The connection string of a migrated database that is empty now; the tests of this folder run one after the other.</returns>
    public async Task<string> NewDatabaseAsync()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("migrated") + ";Pooling=false");
        await using var command = source.CreateCommand("delete from api_usage; delete from rate_limits; delete from organizations");
        await command.ExecuteNonQueryAsync();
        return ConnectionString("migrated");
    }

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (server is { HasExited: false })
        {
            await RunAsync("kill", "-QUIT", File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First());
            await server.WaitForExitAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database}";

    async Task<bool> CanConnectAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=2");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    static async Task UntilAsync(Func<Task<bool>> ready)
    {
        for (var tries = 0; tries < 150; tries++)
        {
            if (await ready()) return;
            await Task.Delay(100);
        }
        throw new InvalidOperationException("PostgreSQL did not start.");
    }

    static string Binary(string name) =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(version => Path.Combine(version, "bin", name)).Last(File.Exists)
            : name;

    // PostgreSQL refuses to run as root.
    static string[] AsPostgres(params string[] command) =>
        Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. command] : command;

    static Task AsPostgresAsync(params string[] command) => RunAsync(AsPostgres(command));

    static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}.");
    }

    static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

[CollectionDefinition("upstreams")]
public sealed class UpstreamsCollection : ICollectionFixture<TemporaryPostgres>;
