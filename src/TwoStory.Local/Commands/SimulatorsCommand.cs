using TwoStory.Local.Hosting;

namespace TwoStory.Local.Commands;

/// <summary><c>simulators</c>: PostgreSQL and the simulated providers, for use beside <c>func start</c>.</summary>
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
