using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Local.Hosting;
using TwoStory.Local.Postgres;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Local;

/// <summary>
/// The starts of one data folder, as a user might have them: the first killed in the middle of its demo, the second stopped with
/// Ctrl-C in the middle of it, the third completed, and two more. The output and responses of each are kept.
/// </summary>
public sealed class HostLifecycle : IAsyncLifetime, IDisposable
{
    static readonly string[] Agents = ["marcus", "elena", "tom"];

    readonly ServerFolder place = new();

    readonly int port = LoopbackPort.Claim(0);

    internal Visit Finished { get; private set; } = null!;

    internal Visit Again { get; private set; } = null!;

    internal Visit Last { get; private set; } = null!;

    internal Ending StoppedInTheMiddle { get; private set; } = null!;

    internal Ending Interrupted { get; private set; } = null!;

    internal Ending Terminated { get; private set; } = null!;

    /// <summary>After each stop, in turn: whether PostgreSQL was stopped in order.</summary>
    internal List<bool> PostgresStopped { get; } = [];

    public async Task InitializeAsync()
    {
        await using (var killed = Start())
        {
            await WaitForValuesAsync(killed, batches: 5);
            killed.Kill();
        }
        await using (var stopped = Start())
        {
            await WaitForValuesAsync(stopped, batches: 10);
            StoppedInTheMiddle = await StopAsync(stopped, "INT");
        }
        await using (var finished = Start())
        {
            Finished = await VisitAsync(finished);
            Interrupted = await StopAsync(finished, "INT");
        }
        await using (var again = Start())
        {
            Again = await VisitAsync(again);
            again.Kill();
        }
        await using var last = Start();
        Last = await VisitAsync(last);
        Terminated = await StopAsync(last, "TERM");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => place.Dispose();

    HostProcess Start() => HostProcess.Start(null, "--port", $"{port}", "--data", place.Data);

    async Task<Ending> StopAsync(HostProcess host, string signal)
    {
        host.Signal(signal);
        var ending = await host.EndAsync();
        PostgresStopped.Add(Postmaster.Read(place.ClusterData) is null);
        return ending;
    }

    // The host prints its address after the demo, and serves requests before that.
    async Task WaitForValuesAsync(HostProcess host, int batches)
    {
        await host.WaitForAsync("starting the API");
        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        while (!await HasDoneAsync(http, batches))
        {
            Assert.False(host.HasEnded, $"{host.Output}\n{host.Errors}");
            await Task.Delay(50);
        }
    }

    static async Task<bool> HasDoneAsync(HttpClient http, int batches)
    {
        try
        {
            var runs = await http.GetFromJsonAsync<JsonElement>(Visit.Instances);
            return runs.EnumerateArray().Any(run =>
                run.GetProperty("name").GetString() == "property-values" && run.GetProperty("customStatus").GetProperty("done").GetInt32() >= batches);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static async Task<Visit> VisitAsync(HostProcess host)
    {
        await host.WaitUntilServingAsync();
        using var http = new HttpClient { BaseAddress = host.Address };
        var pages = new Dictionary<string, (int Status, string Body)>();
        foreach (var path in new[] { "/", "/mailbox", "/mailbox.json", "/api/health", "/simulators/calls", Visit.Instances })
        {
            using var answer = await http.GetAsync(path);
            pages[path] = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        foreach (var instance in JsonDocument.Parse(pages[Visit.Instances].Body).RootElement.EnumerateArray())
        {
            var path = $"{Visit.Instances}/{instance.GetProperty("instanceId").GetString()}";
            using var answer = await http.GetAsync(path);
            pages[path] = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        var unread = 0;
        foreach (var agent in Agents) unread += await UnreadAsync(http, $"{agent}@cascade-homes.example");
        return new Visit(host.Output, pages, unread);
    }

    static async Task<int> UnreadAsync(HttpClient http, string email)
    {
        using var signedIn = await http.PostAsJsonAsync("/api/auth/login", new { email, password = "two-story-demo" });
        var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/notifications/unread-count");
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await http.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt32();
    }
}

/// <summary>The output and the responses of a start.</summary>
sealed record Visit(string Output, IReadOnlyDictionary<string, (int Status, string Body)> Pages, int Unread)
{
    public const string Instances = "/runtime/webhooks/durabletask/instances";

    public IReadOnlyList<JsonElement> Runs => [.. JsonDocument.Parse(Pages[Instances].Body).RootElement.EnumerateArray()];

    public int Mails => JsonDocument.Parse(Pages["/mailbox.json"].Body).RootElement.GetArrayLength();

    public int CallsTo(string provider) =>
        JsonDocument.Parse(Pages["/simulators/calls"].Body).RootElement.GetProperty(provider).GetProperty("total").GetInt32();

    /// <summary>A row of the printed summary: nearby-sales, then property-values.</summary>
    public IReadOnlyList<string> Row(string name) =>
        [.. Output.Split('\n').Single(line => line.Contains($"│ {name} ", StringComparison.Ordinal)).Split('│', StringSplitOptions.TrimEntries)[2..4]];
}
