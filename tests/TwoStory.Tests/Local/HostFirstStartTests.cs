using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Data;
using TwoStory.Local.Postgres;
using TwoStory.Tests.Data;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;

namespace TwoStory.Tests.Local;

public sealed class HostFirstStartTests : IDisposable
{
    readonly ServerFolder place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_first_start_on_a_file_of_sales_makes_the_demo_shows_its_night_and_serves()
    {
        var sales = Path.Combine(place.Checkout, "sales.csv");
        ClosedSales.Write(sales, KingCounty.Window);
        await using var host = HostProcess.Start(null, "--port", "0", "--data", place.Data, "--sales", sales, "--sales-as-of", "2015-02-20");
        await host.WaitUntilServingAsync();
        using var http = new HttpClient { BaseAddress = host.Address };
        var mails = await http.GetFromJsonAsync<JsonElement>("/mailbox.json");

        string[] shown =
        [
            "organizations", "leads", "sales fetched", "sales matched", "alerts", "e-mails", "Spark requests", "Spark floor", "RentCast requests", "seconds",
            "spark: ", "rentcast: ", "Sign in: POST", "/mailbox", "two-story-demo",
        ];
        Assert.All(shown, text => Assert.Contains(text, host.Output, StringComparison.Ordinal));
        Assert.True(mails.GetArrayLength() > 0);
        host.Signal("INT");
        var ending = await host.EndAsync();
        Assert.Equal((0, ""), (ending.ExitCode, ending.Errors));
        Assert.Null(Postmaster.Read(place.ClusterData));
    }

    [Fact]
    public async Task The_simulators_run_alone_with_a_database_to_use_beside_them()
    {
        await using var host = HostProcess.Start(null, "simulators", "--port", "0", "--data", place.Data);
        await host.WaitUntilServingAsync();
        using var http = new HttpClient { BaseAddress = host.Address };
        var url = host.Output.Split('\n').Single(line => line.StartsWith("DATABASE_URL=", StringComparison.Ordinal))["DATABASE_URL=".Length..].Trim();

        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync("/simulators/calls")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync("/api/health")).StatusCode);
        await using (var database = Database.Open(DatabaseUrl.ToConnectionString(url), maxConnections: 1)) await HostRole.RequireAsync(database, default);
        host.Signal("INT");
        var ending = await host.EndAsync();
        Assert.Equal((0, ""), (ending.ExitCode, ending.Errors));
        Assert.Null(Postmaster.Read(place.ClusterData));
    }
}
