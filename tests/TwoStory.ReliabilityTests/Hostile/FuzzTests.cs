using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Accounts;
using TwoStory.Core.Providers.Spark;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;
using Xunit.Abstractions;

namespace TwoStory.Tests.Hostile;

/// <summary>Every route with hostile requests.</summary>
[Collection(AloneCollection.Name)]
public sealed class FuzzTests(ApiHost host, ITestOutputHelper output) : IClassFixture<ApiHost>
{
    const int Usual = 3_000;
    const int MostUnread = 64 * 1024;
    const int WarmUp = 300;
    const long MostGrowth = 96L << 20;
    const long MostWorkingSet = 512L << 20;

    // Secrets in the fuzzed bodies, and secrets of the server.
    static readonly string[] Secrets = ["MARK-password", "MARK-refresh", "MARK-invite", "MARK-reset", "MARK-secret", "a secret for tests", "re_mailbox", "sim-key"];

    // Some requests must pass the first checks, otherwise the code behind them is not tested.
    static readonly int[] Reached = [200, 201, 400, 401, 404, 413, 415];

    static readonly string[] Fields = ["type", "title", "detail", "instance", "code", "traceId"];

    readonly Dictionary<int, int> statuses = [];

    [Fact]
    public async Task No_request_breaks_the_api_or_makes_it_show_what_it_should_not()
    {
        var (owner, agent, requests) = await ArrangeAsync();
        Assert.Empty(requests.WithoutBody);
        var wrong = new List<string>();
        var (before, workingSet) = (0L, 0L);
        var count = Hostility.Cases(Usual);
        for (var number = 0; number < count && wrong.Count < 10; number++)
        {
            // Limits of attempts would keep most requests out; they have tests of their own.
            if (number % 50 == 0) await host.Database.ExecuteAsync("delete from rate_limits", null, default);
            if (number == Math.Min(WarmUp, count / 2)) (before, workingSet) = (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
            var request = requests.Next(number, new Random(unchecked((Hostility.Seed * 1_000_003) + number)));
            var answer = await request.SendAsync(host.Root);
            if (answer is not null) statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
            if (Fault(request, answer) is { } fault) wrong.Add($"TWOSTORY_SEED={Hostility.Seed}, request {number}: {fault}\n{request}\n-> {answer?.Head}\n{answer?.Body}\n{(answer?.Status >= 500 ? host.Errors.Last : "")}");
            if (Environment.WorkingSet - workingSet > MostWorkingSet && workingSet > 0) wrong.Add($"TWOSTORY_SEED={Hostility.Seed}, request {number}: the process has grown by {(Environment.WorkingSet - workingSet) >> 20} MB\n{request}");
        }
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        output.WriteLine($"{count} requests; by status {string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))}; {grown >> 10} KB more in use");
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        Assert.True(grown < MostGrowth, $"TWOSTORY_SEED={Hostility.Seed}: {grown >> 20} MB more are in use");
        Assert.Equal(200, (await host.Anonymous().GetAsync("health")).Status);
        Assert.Equal(200, (await owner.GetAsync("leads")).Status);
        Assert.Equal(200, (await agent.GetAsync("dashboard/stats")).Status);
        Assert.All(Reached, status => Assert.Contains(status, statuses.Keys));
    }

    async Task<(ApiClient Owner, ApiClient Agent, HostileRequests Requests)> ArrangeAsync()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        await host.Services.GetRequiredService<SparkCredentialStore>().SaveAsync(owner.OrganizationId, new BearerCredentials("sim-idx-fuzz"), null, 25, null, default);
        var home = (await Api.Providers.Running).Homes[0];
        var lead = await owner.PostAsync("leads", new { name = "Lead", address = home.Parts(), latitude = home.Point.Latitude, longitude = home.Point.Longitude });
        var other = await agent.AddLeadAsync("Other", null);
        string[] ids = [lead.Text("id")!, other.Text("id")!, agent.UserId.ToString(), owner.OrganizationId.ToString(), MappedRoutes.NoId];
        return (owner, agent, new HostileRequests([.. MappedRoutes.From(host.Services)], [owner.AccessToken, owner.AccessToken, agent.AccessToken], ids));
    }

    static string? Fault(RawRequest request, RawAnswer? answer)
    {
        // A connection that is closed upon a body unread may take the answer with it; so may one that the caller closed first.
        if (answer is null) return request.IsHttp && !request.HangsUp && request.Body.Length < MostUnread ? "no answer" : null;
        if (answer.Status >= 500) return "a failure of the server";
        if (answer.Head.Contains(HostileText.InjectedHeader, StringComparison.Ordinal)) return "a header that the caller made";
        if (Secrets.FirstOrDefault(answer.Body.Contains) is { } secret) return $"it shows {secret}";
        if (answer.Status < 400) return null;
        if (HostileText.Internals.FirstOrDefault(answer.Body.Contains) is { } inner) return $"it shows {inner}";
        // Kestrel refuses malformed HTTP before the application receives it.
        if (!request.IsHttp && answer.Body.Length == 0) return null;
        return IsProblem(answer) ? null : "no problem+json with a code";
    }

    static bool IsProblem(RawAnswer answer)
    {
        if (answer.Header("Content-Type") != "application/problem+json") return false;
        var problem = JsonElement.Parse(answer.Body);
        return Fields.All(field => problem.GetProperty(field).GetString()?.Length > 0)
            && problem.GetProperty("status").GetInt32() == answer.Status;
    }
}
