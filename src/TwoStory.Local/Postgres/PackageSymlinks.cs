using System.Text.Json;

namespace TwoStory.Local.Postgres;

/// <summary>Makes the links between libraries that an npm package cannot carry and lists in <c>native/pg-symlinks.json</c>.</summary>
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
