using System.Globalization;
using System.Text.Json;

namespace TwoStory.Tests.Api;

public sealed class UsageTests(ApiHost host) : IClassFixture<ApiHost>
{
    // A Wednesday, 9 3/4 days into its month: three Sundays and 21 mornings of it are to come in Los Angeles.
    static readonly DateTimeOffset Wednesday = new(2027, 3, 10, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_month_to_date_is_the_ledger_s_and_the_forecast_adds_what_is_scheduled()
    {
        var owner = await AtAsync(Wednesday);
        await UseAsync(owner, "spark", "search", "2027-03-03", calls: 10, failures: 1, cost: 0);
        await UseAsync(owner, "spark", "search", "2027-03-04", calls: 20, failures: 0, cost: 0);
        await UseAsync(owner, "rentcast", "value", "2027-03-07", calls: 39, failures: 2, cost: 1.85m);
        await UseAsync(owner, "spark", "search", "2027-02-28", calls: 7, failures: 0, cost: 0);
        await RanAsync(owner, "2027-03-03", requests: 10);
        await RanAsync(owner, "2027-03-04", requests: 20);
        await LiveInAsync(owner, "1 Oak", "1 Oak", "2 Oak", "3 Oak");

        var usage = (await owner.GetAsync("organization/usage")).Json;

        Assert.Equal("2027-03", usage.GetProperty("month").GetString());
        Assert.Equal(
            ["2027-03-03 spark search 10 1 0", "2027-03-04 spark search 20 0 0", "2027-03-07 rentcast value 39 2 1.85"],
            usage.GetProperty("days").EnumerateArray().Select(line => string.Create(CultureInfo.InvariantCulture,
                $"{line.GetProperty("day")} {line.GetProperty("provider")} {line.GetProperty("operation")} {line.GetProperty("calls")} {line.GetProperty("failures")} {line.GetProperty("cost").GetDecimal():0.##}")));
        // Spark: 21 mornings of 15 requests. RentCast: three Sundays of three homes, and 39 other calls in 9.75 days are 85 in the 21.25 that follow.
        Assert.Equal([(39, 2, 39 + 9 + 85), (30, 1, 30 + (21 * 15))], Providers(usage).Select(it => (Int(it, "calls"), Int(it, "failures"), Int(it.GetProperty("forecast"), "calls"))));
    }

    [Fact]
    public async Task The_caps_belong_to_the_organization_and_report_the_remaining_calls()
    {
        var owner = await AtAsync(Wednesday);
        var set = await owner.PutAsync("organization", new { monthlyCaps = new { rentCast = 100 } });
        Assert.Equal((200, 100, JsonValueKind.Null), (set.Status, Int(set["monthlyCaps"], "rentCast"), set["monthlyCaps"].GetProperty("spark").ValueKind));
        await host.Database.ExecuteAsync("update usage_budgets set calls = 39 where provider = 'rentcast' and organization_id = @OrganizationId", new { owner.OrganizationId }, default);

        var providers = Providers((await owner.GetAsync("organization/usage?month=2027-03")).Json);

        Assert.Equal((100, 61), (Int(providers[0], "cap"), Int(providers[0], "left")));
        Assert.Equal(JsonValueKind.Null, providers[1].GetProperty("cap").ValueKind);
        Assert.Equal(200, (await owner.PutAsync("organization", new { windowDays = 5 })).Status);
        Assert.Equal(100, Int((await owner.GetAsync("organization"))["monthlyCaps"], "rentCast"));
        Assert.Equal(JsonValueKind.Null, (await owner.PutAsync("organization", new { monthlyCaps = (object?)null }))["monthlyCaps"].GetProperty("rentCast").ValueKind);
    }

    [Theory]
    [InlineData("""{"monthlyCaps":{"rentCast":-1}}""", "monthlyCaps.rentCast")]
    [InlineData("""{"monthlyCaps":{"spark":1000000001}}""", "monthlyCaps.spark")]
    public async Task A_cap_that_cannot_be_is_named(string body, string field)
    {
        var answer = await (await host.RegisterOwnerAsync()).PutAsync("organization", body);

        Assert.Equal((400, "validation_failed", field), (answer.Status, answer.Code, Assert.Single(answer["errors"].EnumerateObject()).Name));
    }

    [Fact]
    public async Task A_month_that_is_over_was_what_it_was_and_one_to_come_is_refused()
    {
        var owner = await AtAsync(Wednesday);
        await UseAsync(owner, "spark", "search", "2027-02-28", calls: 7, failures: 0, cost: 0);

        var spark = Providers((await owner.GetAsync("organization/usage?month=2027-02")).Json)[1];

        Assert.Equal((7, 7), (Int(spark, "calls"), Int(spark.GetProperty("forecast"), "calls")));
        foreach (var month in new[] { "2027-04", "2027-13", "March", "2027-3", "" })
        {
            var refused = await owner.GetAsync($"organization/usage?month={month}");
            Assert.Equal((400, "month"), (refused.Status, Assert.Single(refused["errors"].EnumerateObject()).Name));
        }
    }

    async Task<ApiClient> AtAsync(DateTimeOffset time)
    {
        host.Clock.Ahead = time - DateTimeOffset.UtcNow;
        return await host.RegisterOwnerAsync();
    }

    Task<int> UseAsync(ApiClient owner, string provider, string operation, string day, int calls, int failures, decimal cost) => host.Database.ExecuteAsync(
        """
        insert into api_usage (organization_id, provider, operation, day, calls, failures, cost)
        values (@OrganizationId, @provider, @operation, @day::date, @calls, @failures, @cost)
        """, new { owner.OrganizationId, provider, operation, day, calls, failures, cost }, default);

    Task<int> RanAsync(ApiClient owner, string day, int requests) => host.Database.ExecuteAsync(
        """
        insert into job_runs (id, organization_id, kind, instance_id, state, created_at, started_at, finished_at)
        values (@id, @OrganizationId, 'nearby-sales', @id, 'completed', @day::timestamptz, @day::timestamptz, @day::timestamptz);
        insert into job_batches (run_id, organization_id, ordinal, phase, work, state, requests) values (@id, @OrganizationId, 1, 1, '{}', 'done', @requests);
        """, new { owner.OrganizationId, id = Guid.CreateVersion7(), day, requests }, default);

    Task<int> LiveInAsync(ApiClient owner, params string[] homes) => host.Database.ExecuteAsync(
        """
        insert into leads (id, organization_id, owner_id, name, street, city, state, home_key, alerts_since)
        select gen_random_uuid(), @OrganizationId, @UserId, 'L', home, 'Seattle', 'WA', home, '2026-01-01' from unnest(@homes) home;
        insert into leads (id, organization_id, owner_id, name, street, city, state, home_key, alerts_since, notify_value_changes)
        values (gen_random_uuid(), @OrganizationId, @UserId, 'L', '9 Elm', 'Seattle', 'WA', '9 Elm', '2026-01-01', false);
        """, new { owner.OrganizationId, owner.UserId, homes }, default);

    static List<JsonElement> Providers(JsonElement usage) => [.. usage.GetProperty("providers").EnumerateArray()];

    static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
