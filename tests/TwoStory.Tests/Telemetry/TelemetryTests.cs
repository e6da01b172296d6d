using System.Net.Http.Json;
using TwoStory.Core.Jobs;
using TwoStory.Simulators.World;
using TwoStory.Tests.Api;
using TwoStory.Tests.Functions.Worker;
using TwoStory.Tests.Hostile;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;

namespace TwoStory.Tests.Telemetry;

/// <summary>What a host exports while a brokerage works with it and both jobs run.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    static readonly string[] Metrics =
    [
        "twostory.job.runs", "twostory.job.run.duration", "twostory.job.batches", "twostory.job.batch.duration", "twostory.provider.calls",
        "twostory.provider.call.duration", "twostory.provider.limit.wait", "twostory.notifications", "twostory.outbox.age", "twostory.outbox.waiting",
        "twostory.outbox.emails", "db.client.connection.count", "db.client.connection.max", "db.client.operation.duration",
        "http.server.request.duration",
    ];

    OtlpReceiver receiver = null!;

    public async Task InitializeAsync() => receiver = await OtlpReceiver.StartAsync();

    public async Task DisposeAsync() => await receiver.DisposeAsync();

    [Fact]
    public async Task Runs_export_metrics_spans_and_lines_that_name_the_run_and_nothing_names_a_person_or_a_secret()
    {
        var marks = new Marks();

        var (organization, runs) = await RunAsync(marks);

        AssertLinesNameRun(runs, organization);
        Assert.All(Metrics, metric => Assert.Contains(metric, receiver.Text("metrics"), StringComparison.Ordinal));
        foreach (var span in new[] { "nearby-sales batch", "property-values step", "rentcast value", "api/leads" })
        {
            Assert.Contains(span, receiver.Text("traces"), StringComparison.Ordinal);
        }
        foreach (var signal in new[] { "traces", "metrics", "logs" })
        {
            Assert.Empty(marks.In(receiver.Text(signal)).Select(mark => $"{signal} shows the {mark}"));
        }
    }

    [Fact]
    public async Task The_worker_of_the_Azure_host_exports_the_same()
    {
        var host = new WorkerApiHost { Settings = receiver.Settings };
        await host.InitializeAsync();
        try
        {
            await host.RegisterOwnerAsync();
            await host.Worker.FireAsync("SendOutbox");

            foreach (var metric in new[] { "twostory.outbox.age", "db.client.connection.count", "http.server.request.duration" })
            {
                Assert.True(await ReceivesAsync("metrics", metric), metric);
            }
            Assert.True(await ReceivesAsync("traces", "api/auth/register"));
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    async Task<bool> ReceivesAsync(string signal, string text)
    {
        for (var looks = 0; looks < 600; looks++)
        {
            if (receiver.Text(signal).Contains(text, StringComparison.Ordinal)) return true;
            await Task.Delay(100);
        }
        return false;
    }

    /// <returns>The organization, and the kinds of its runs by their ids.</returns>
    async Task<(string Organization, Dictionary<string, string> Runs)> RunAsync(Marks marks)
    {
        var runs = new Dictionary<string, string>();
        // Disposing the host sends everything that it has collected.
        await using var host = await TestHost.StartAsync(settings: Settings(marks));
        var brokerage = await WorkAsync(host, marks);
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 503, count = 1 });
        await host.FaultAsync(new { provider = "rentCast", fault = "status", status = 500, count = 2 });
        foreach (var kind in JobKinds.All) runs[(await brokerage.RunAsync(kind)).GetProperty("id").GetString()!] = kind;
        Assert.True(await brokerage.AlertsAsync() > 0);
        while ((await host.QueryAsync<long>("select count(*) from email_outbox where state <> 'sent'"))[0] > 0) await Task.Delay(100);
        return (brokerage.Organization.Id.ToString(), runs);
    }

    Dictionary<string, string?> Settings(Marks marks) => new(receiver.Settings)
    {
        ["Upstreams:RentCast:ApiKey"] = marks.Plant("RentCast key", "sim-MARK-rentcast-key"),
        ["Upstreams:Resend:ApiKey"] = marks.Plant("Resend key", "re_MARK-resend-key"),
        ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
    };

    static async Task<Brokerage> WorkAsync(TestHost host, Marks marks)
    {
        var brokerage = await Brokerage.RegisterAsync(host, marks.Plant("organization", "Planted Realty"), marks.Plant("owner", "Plantina Ownerson"));
        marks.Plant("domain of all mail addresses", "@test.example");
        await brokerage.TryAsync(HttpMethod.Post, "organization/spark-credentials", new
        {
            strategy = "bearer",
            accessToken = marks.Plant("Spark token", "sim-idx-MARK-bearer-token"),
        });
        var homes = host.Get<SimulatedWorld>().Homes.Where(home => home.Address.Unit is null).Take(12);
        foreach (var (number, home) in homes.Index())
        {
            await brokerage.SendAsync(HttpMethod.Post, "leads", new
            {
                name = marks.Plant($"lead {number}", $"Leadwig Planted{number}"),
                email = marks.Plant($"mail of lead {number}", $"leadwig{number}@clients.example"),
                phone = marks.Plant($"phone of lead {number}", $"206-555-{7000 + number}"),
                address = home.Parts(),
                alertsSince = "2020-01-01",
            });
            marks.Plant($"street of lead {number}", home.Address.Street);
        }
        await brokerage.SendAsync(HttpMethod.Get, "leads?q=Leadwig");
        await host.Client.PostAsJsonAsync("/api/auth/login", new { email = "nobody@test.example", password = marks.Plant("password", "MARK-wrong-password") });
        marks.Plant("words of a search", "Leadwig");
        return brokerage;
    }

    void AssertLinesNameRun(Dictionary<string, string> runs, string organization)
    {
        // Everything that only runs write: housekeeping and the outbox have no run.
        string[] categories = ["TwoStory.Core.Jobs.JobSteps", "TwoStory.Core.Upstreams.UpstreamClient", "TwoStory.Local.Jobs.JobRunner"];
        var lines = receiver.Lines().Where(line => categories.Contains(line.Category)).ToList();
        Assert.Equal(2, lines.Count(line => line.Text.Contains("ended", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Category.EndsWith("UpstreamClient", StringComparison.Ordinal));
        Assert.All(lines, line =>
        {
            var run = Assert.Single(line.Attributes["Run"].Distinct());
            Assert.Equal(runs[run], Assert.Single(line.Attributes["Kind"].Distinct()));
            Assert.Equal(organization, Assert.Single(line.Attributes["Organization"].Distinct()));
        });
    }
}
