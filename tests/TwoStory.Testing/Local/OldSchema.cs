using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Tests.Local;

/// <summary>A database as an earlier version of the product left it.</summary>
static class OldSchema
{
    const string Folder = "TwoStory.Core.Data.Migrations.";

    /// <param name="migrations">How many of the shipped ones it knew; 0 leaves an empty journal.</param>
    public static async Task MakeAsync(string connectionString, int migrations)
    {
        await ExecuteAsync(
            connectionString,
            "create table schema_migrations (number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())");
        var assembly = typeof(Migrator).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order().Take(migrations))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var sql = (await reader.ReadToEndAsync()).ReplaceLineEndings("\n");
            var name = resource[Folder.Length..^".sql".Length];
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            await ExecuteAsync(connectionString, sql);
            await ExecuteAsync(connectionString, $"insert into schema_migrations values ({int.Parse(name[..4], null)}, '{name}', '{checksum}')");
        }
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.ExecuteAsync(sql);
    }
}
