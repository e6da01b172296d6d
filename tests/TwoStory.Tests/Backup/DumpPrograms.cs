using Npgsql;
using TwoStory.Local.Postgres;

namespace TwoStory.Tests.Backup;

/// <summary>pg_dump and pg_restore, from where the host takes its PostgreSQL.</summary>
static class DumpPrograms
{
    /// <summary>Null when the machine's PostgreSQL came without them.</summary>
    public static string? Folder { get; } = PostgresPlaces.Folders()
        .FirstOrDefault(folder => new[] { "pg_dump", "pg_restore" }.All(program => File.Exists(PostgresPlaces.Executable(folder, program))));

    public static Task<CommandResult> DumpAsync(string connectionString, string file) =>
        RunAsync("pg_dump", "--format=custom", "--role=twostory_app", "--enable-row-security", $"--file={file}", $"--dbname={Url(connectionString)}");

    public static Task<CommandResult> RestoreAsync(string file, string connectionString) =>
        RunAsync("pg_restore", "--no-owner", "--exit-on-error", $"--dbname={Url(connectionString)}", file);

    static Task<CommandResult> RunAsync(string program, params string[] arguments) =>
        Command.RunAsync([PostgresPlaces.Executable(Folder!, program), .. arguments], default);

    static string Url(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgres://{server.Username}:{server.Password}@{server.Host}:{server.Port}/{server.Database}";
    }
}
