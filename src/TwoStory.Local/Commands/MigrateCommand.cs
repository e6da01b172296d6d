using TwoStory.Api.OpenApi;
using TwoStory.Core.Data;
using TwoStory.Local.Hosting;

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

/// <summary><c>openapi</c>: what <c>/api/openapi.json</c> answers, without a server or a database.</summary>
static class OpenApiCommand
{
    public static async Task<int> RunAsync(CancellationToken cancel)
    {
        var options = new ServeOptions(Port: 0, DataFolder: "", DatabaseUrl: null, Demo: false, SalesFile: null, SalesAsOf: null, RealUpstreams: false);
        await using var app = LocalHost.Build(options, options.Port, connectionString: "", LocalKeys.Make());
        Console.WriteLine(await app.Services.GetRequiredService<ApiDescription>().JsonAsync(cancel));
        return 0;
    }
}
