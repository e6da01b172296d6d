using TwoStory.Core.Data;

namespace TwoStory.Local.Commands;

/// <summary><c>migrate</c>: for deployments.</summary>
static class MigrateCommand
{
    public static async Task<int> RunAsync(string url, CancellationToken cancel)
    {
        await using var database = Database.Open(DatabaseUrl.ToConnectionString(url));
        var applied = await new Migrator(database.Source).MigrateAsync(cancel);
        await TenancyCheck.RequireAsync(database, cancel);
        foreach (var migration in applied) Console.WriteLine($"applied {migration}");
        Console.WriteLine(applied.Count == 0 ? "The database is up to date." : $"{applied.Count} migration(s) applied.");
        return 0;
    }
}
