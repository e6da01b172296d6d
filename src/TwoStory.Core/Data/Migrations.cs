using System.Security.Cryptography;
using System.Text;

namespace TwoStory.Core.Data;

sealed record Migration(int Number, string Name, string Sql, string Checksum);

/// <summary>A row of <c>schema_migrations</c>.</summary>
sealed record AppliedMigration(int Number, string Name, string Checksum);

/// <summary>The migrations that this version ships, and the checks of a database against them.</summary>
static class Migrations
{
    /// <summary>Oldest first.</summary>
    public static IReadOnlyList<Migration> Shipped { get; } = [.. Read().OrderBy(migration => migration.Number)];

    /// <param name="applied">The applied migrations of the database, ordered by number.</param>
    /// <returns>The migrations that are missing, oldest first.</returns>
    /// <exception cref="SettingException">A shipped migration was edited or is missing, or the database is newer than this version.</exception>
    public static List<Migration> Pending(IReadOnlyList<AppliedMigration> applied)
    {
        foreach (var row in applied) RequireShipped(row);
        var pending = Shipped.Where(migration => applied.All(row => row.Number != migration.Number)).ToList();
        if (pending.Count > 0 && applied.Count > 0 && pending[0].Number < applied[^1].Number)
        {
            throw new SettingException(
                $"The database lacks migration {pending[0].Name}, but a later one, {applied[^1].Name}, was applied. "
                + "Restore the row in schema_migrations, or give the file the next number.");
        }
        return pending;
    }

    static void RequireShipped(AppliedMigration row)
    {
        var shipped = Shipped.FirstOrDefault(migration => migration.Number == row.Number);
        if (shipped is null)
        {
            throw new SettingException(row.Number < Shipped[^1].Number
                ? $"The database has migration {row.Name}, whose file is missing in this version. Restore the file."
                : $"The database has migration {row.Name}, which this version does not know. Run a newer version of TwoStory.");
        }
        if (shipped.Checksum != row.Checksum)
        {
            throw new SettingException($"Migration {row.Name} was edited after it was applied. Restore the file and put the change into a new migration.");
        }
    }

    static IEnumerable<Migration> Read()
    {
        const string Folder = "TwoStory.Core.Data.Migrations.";
        var assembly = typeof(Migrations).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            var name = resource[Folder.Length..^".sql".Length];
            yield return new Migration(int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture), name, sql,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
        }
    }
}
