using TwoStory.Api.OpenApi;
using TwoStory.Local.Hosting;

namespace TwoStory.Local.Commands;

/// <summary><c>openapi</c>: prints the response of <c>/api/openapi.json</c> without a server or a database.</summary>
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
