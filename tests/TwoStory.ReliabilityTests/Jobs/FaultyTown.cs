using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>A world with two attempts per request, short waits, and one area per request to the MLS.</summary>
public sealed class FaultyTown : IAsyncLifetime
{
    internal EmptyTown Town { get; } = new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
            ["Upstreams:LongestSleep"] = "00:00:01.5",
            ["Upstreams:Attempts"] = "2",
            ["Upstreams:ComeBackAfter"] = "00:00:00.1",
            ["Upstreams:BreakAfter"] = "1000",
            ["Upstreams:Spark:AttemptTimeout"] = "00:00:01.5",
            ["Upstreams:Spark:AreasPerRequest"] = "1",
            ["Upstreams:Spark:Window"] = "00:00:03",
            ["Upstreams:RentCast:AttemptTimeout"] = "00:00:01.5",
            ["Upstreams:RentCast:BackOff"] = "00:00:00.2",
            ["Jobs:MaxAttempts"] = "2",
            ["Jobs:MaxOutageAttempts"] = "2",
        },
    };

    public Task InitializeAsync() => Town.InitializeAsync();

    public Task DisposeAsync() => Town.DisposeAsync();
}
