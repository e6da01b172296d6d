using TwoStory.Core.Data;
using TwoStory.Local.Demo;
using TwoStory.Local.Hosting;

namespace TwoStory.Local.Commands;

/// <summary>The default command: the whole product on this machine until Ctrl-C.</summary>
static class ServeCommand
{
    public static async Task<int> RunAsync(ServeOptions options, CancellationToken cancel)
    {
        if (options.RealUpstreams)
        {
            EnvironmentSettings.RequireResendKey();
        }

        var port = LoopbackPort.Claim(options.Port);
        var keys = await LocalKeys.LoadAsync(options.DataFolder, cancel);
        Step("Starting PostgreSQL");
        await using var database = await LocalDatabase.StartAsync(options, cancel);
        await using var app = LocalHost.Build(options, port, database.ConnectionString, keys);
        await HostRole.RequireAsync(app.Services.GetRequiredService<Database>(), cancel);
        Step($"Using {database.Description}; starting the API{(options.RealUpstreams ? "" : " and the simulated providers")}");
        await app.StartAsync(cancel);
        try
        {
            var address = $"http://localhost:{port}";
            if (options is { Demo: true, RealUpstreams: false }) await app.Services.GetRequiredService<DemoRun>().ShowAsync(address, cancel);
            Console.WriteLine();
            Console.WriteLine($"Serving {address} (API {address}/api{(options.RealUpstreams ? "" : $", mailbox {address}/mailbox")}). Ctrl-C stops everything.");
            await app.WaitForShutdownAsync(cancel);
            return 0;
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    static void Step(string what) => Console.WriteLine($"{what} …");
}

/// <summary><c>simulators</c>: PostgreSQL and the simulated providers, for use with <c>func start</c>.</summary>
static class SimulatorsCommand
{
    public static async Task<int> RunAsync(ServeOptions options, CancellationToken cancel)
    {
        var port = LoopbackPort.Claim(options.Port);
        await using var app = LocalHost.BuildSimulators(options, port);
        await using var database = await LocalDatabase.StartAsync(options, cancel);
        await app.StartAsync(cancel);
        var address = $"http://localhost:{port}";
        Console.WriteLine($"Simulated providers and a mailbox on {address}, {database.Description}.");
        Console.WriteLine($"DATABASE_URL={database.Url}");
        Console.WriteLine("Ctrl-C stops them.");
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }
}
