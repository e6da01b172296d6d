using System.Text.RegularExpressions;

namespace TwoStory.Local.Postgres;

/// <summary>Where machines keep PostgreSQL's programs.</summary>
static partial class PostgresPlaces
{
    public static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    /// <summary>The folders that hold all the needed programs: those on PATH in their order, then installed ones, newest first.</summary>
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

    static int Number(string name) => int.TryParse(Digits().Match(name).Value, out var number) ? number : 0;

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
