using System.Globalization;

namespace TwoStory.Local.Postgres;

/// <summary>The options of the embedded PostgreSQL.</summary>
sealed record PostgresOptions
{
    /// <summary>The folder that keeps the database between starts; made when it is not there.</summary>
    public string DataDirectory { get; init; } = ".twostory";

    /// <summary>Server settings that extend or replace the built-in ones (<c>fsync</c> = <c>off</c>).</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Use the pinned npm package even where the machine has a PostgreSQL of its own.</summary>
    public bool ForceNpm { get; init; }
}

/// <summary>The server's settings, in a file of our own that each start writes anew.</summary>
static class PostgresSettings
{
    const string FileName = "twostory.conf";

    static readonly Dictionary<string, string> BuiltIn = new()
    {
        ["listen_addresses"] = "127.0.0.1",
        // Off, because the path of a socket is limited to 107 bytes and a data folder can have a longer one.
        ["unix_socket_directories"] = "",
        ["max_connections"] = "200",
        ["shared_buffers"] = "128MB",
        ["jit"] = "off",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        // Start failures are distinguished by their English text.
        ["lc_messages"] = "C",
        ["logging_collector"] = "off",
        ["log_checkpoints"] = "off",
        // Clients' names and addresses pass through statements: none of them may reach the log.
        ["log_statement"] = "none",
        ["log_parameter_max_length"] = "0",
        ["log_parameter_max_length_on_error"] = "0",
        ["log_error_verbosity"] = "terse",
    };

    /// <summary>Once, after initdb.</summary>
    public static void Include(string data) =>
        File.AppendAllText(Path.Combine(data, "postgresql.conf"), $"\ninclude = '{FileName}'\n");

    public static void Write(string data, int port, IReadOnlyDictionary<string, string> more)
    {
        var settings = new Dictionary<string, string>(BuiltIn) { ["port"] = port.ToString(CultureInfo.InvariantCulture) };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var lines = settings.Select(setting => $"{setting.Key} = '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'\n");
        var file = Path.Combine(data, FileName);
        File.WriteAllText(file, string.Concat(lines));
        if (PostgresAccount.IsNeeded && !OperatingSystem.IsWindows())
        {
            // Under a strict umask the other account could not read files written by root; the parent folder belongs to it alone.
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }
}

/// <summary>PostgreSQL is not available or cannot be started. The message is one line that explains the remedy.</summary>
class PostgresUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another living TwoStory process uses the data folder.</summary>
sealed class DataFolderInUseException(string message, Exception inner) : PostgresUnavailableException(message, inner);
