using System.Text.Json;

namespace TwoStory.Tests.Simulators;

public sealed class CallLogTests : IAsyncLifetime
{
    SimulatorHost host = null!;

    public async Task InitializeAsync() => host = await SimulatorHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Every_call_is_counted_by_operation_status_and_credential()
    {
        host.Options.SparkIdxLimit = 3;
        for (var turn = 0; turn < 5; turn++)
        {
            using var _ = await host.SparkAsync("Property?$top=1", "sim-idx-first-secret");
        }

        using var one = await host.SparkAsync("Property('1')", "sim-idx-other-secret");
        using var bad = await host.SparkAsync("Property", "nonsense-secret");
        var calls = await host.CallsAsync("spark");
        Assert.Equal(7, calls.GetProperty("total").GetInt32());
        Assert.Equal(2, calls.GetProperty("refused").GetInt32());
        Assert.Equal(5, calls.GetProperty("peakInWindow").GetInt32());
        Assert.Equal(300, calls.GetProperty("windowSeconds").GetDouble());
        AssertCounts(calls, "byOperation", ("Property", 6), ("Property(key)", 1));
        AssertCounts(calls, "byStatus", ("200", 3), ("401", 1), ("404", 1), ("429", 2));
        var credentials = calls.GetProperty("byCredential").EnumerateObject().ToList();
        Assert.Equal([5, 1, 1], credentials.Select(caller => caller.Value.GetProperty("total").GetInt32()));
        Assert.Equal([5, 1, 1], credentials.Select(caller => caller.Value.GetProperty("peakInWindow").GetInt32()));
        Assert.All(credentials, caller => Assert.Matches("^.{8}…[0-9a-f]{6}$", caller.Name));
        Assert.DoesNotContain("secret", calls.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_a_fault_ends_without_a_status_is_counted_too()
    {
        await host.FaultAsync(new { provider = "rentCast", fault = "reset", count = 2 });
        for (var turn = 0; turn < 2; turn++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => host.RentCastAsync("markets?zipCode=98107"));
        }

        AssertCounts(await host.CallsAsync("rentCast"), "byStatus", ("none", 2));
    }

    [Fact]
    public async Task A_stalled_call_is_counted()
    {
        await host.FaultAsync(new { provider = "census", fault = "stall" });
        using var patience = new CancellationTokenSource();
        var stalled = host.Http.GetAsync("/simulators/census/geocoder/locations/address?street=x&benchmark=4", patience.Token);
        while ((await host.CallsAsync("census")).GetProperty("total").GetInt32() == 0)
        {
            await Task.Delay(10);
        }

        Assert.Empty((await host.CallsAsync("census")).GetProperty("byStatus").EnumerateObject());
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stalled);
    }

    [Fact]
    public async Task Parallel_calls_are_all_counted_and_a_reset_forgets_them()
    {
        host.Options.RentCastPerSecond = null;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => (await host.RentCastAsync("markets?zipCode=98107")).Dispose()));
        var calls = await host.CallsAsync("rentCast");
        Assert.Equal((200, 200), (calls.GetProperty("total").GetInt32(), calls.GetProperty("peakInWindow").GetInt32()));
        await host.Http.DeleteAsync("/simulators/calls");
        Assert.Equal(0, (await host.CallsAsync("rentCast")).GetProperty("total").GetInt32());
    }

    static void AssertCounts(JsonElement calls, string by, params (string Name, int Count)[] expected) => Assert.Equal(
        expected, calls.GetProperty(by).EnumerateObject().Select(count => (count.Name, count.Value.GetInt32())));
}
