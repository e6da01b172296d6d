using System.Globalization;
using System.Security.Cryptography;

namespace TwoStory.Local.Postgres;

/// <summary>The files of one PostgreSQL cluster: data, password of its superuser, server log.</summary>
sealed class PostgresCluster(DataFolder folder)
{
    public const string Superuser = "twostory";

    readonly string home = folder.ClusterFolder;

    public string Data => Path.Combine(home, "data");

    public string Log => Path.Combine(home, "server.log");

    public bool Exists => Directory.Exists(home);

    public string Password => File.ReadAllText(PasswordFile(home));

    /// <summary>The version that made it; null when there is none yet.</summary>
    /// <exception cref="PostgresUnavailableException">There is a folder, but no cluster in it.</exception>
    public int? Major
    {
        get
        {
            if (!Exists)
            {
                return null;
            }

            var file = Path.Combine(Data, "PG_VERSION");
            return File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture, out var major)
                ? major
                : throw new PostgresUnavailableException(
                    $"{home} contains no readable PostgreSQL data: move it to start with an empty folder, or give --data DIR.");
        }
    }

    /// <summary>Makes the cluster under another name and renames it, so that a kill in the middle leaves nothing harmful.</summary>
    public async Task InitialiseAsync(PostgresBinaries binaries, bool durable, CancellationToken cancel)
    {
        var unfinished = home + ".new";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        MakePrivate(unfinished);
        WritePassword(PasswordFile(unfinished));
        await folder.Account.TakeAsync(unfinished, cancel);
        var made = await InitdbAsync(binaries, unfinished, "C.UTF-8", durable, cancel);
        if (!made.Succeeded && made.Output.Contains("locale", StringComparison.Ordinal))
        {
            made = await InitdbAsync(binaries, unfinished, "C", durable, cancel);
        }

        if (!made.Succeeded)
        {
            throw new PostgresUnavailableException($"PostgreSQL could not make its data folder {home}: {made.Reason}");
        }

        PostgresSettings.Include(Path.Combine(unfinished, "data"));
        Directory.Move(unfinished, home);
    }

    /// <summary>Keeps one old log, so that the file does not grow for ever.</summary>
    public void TurnLog()
    {
        if (new FileInfo(Log) is { Exists: true, Length: > 10_000_000 })
        {
            File.Move(Log, Log + ".1", overwrite: true);
        }
    }

    public long LogLength => new FileInfo(Log) is { Exists: true } log ? log.Length : 0;

    public async Task<string> ReadLogAsync(long from, CancellationToken cancel)
    {
        if (!File.Exists(Log))
        {
            return "";
        }

        await using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(cancel);
    }

    Task<CommandResult> InitdbAsync(PostgresBinaries binaries, string unfinished, string locale, bool durable, CancellationToken cancel) =>
        folder.Account.RunAsync(
            [
                binaries.Initdb, "--pgdata", Path.Combine(unfinished, "data"), "--username", Superuser,
                "--pwfile", PasswordFile(unfinished), "--auth", "scram-sha-256", "--encoding", "UTF8",
                "--locale", locale, "--no-instructions", .. durable ? Array.Empty<string>() : ["--no-sync"],
            ],
            cancel);

    static string PasswordFile(string home) => Path.Combine(home, "password");

    static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    static void WritePassword(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(RandomNumberGenerator.GetHexString(48, lowercase: true));
    }
}
