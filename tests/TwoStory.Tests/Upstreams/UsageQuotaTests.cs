using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class UsageQuotaTests(TemporaryPostgres postgres)
{
    [Fact]
    public async Task A_cap_is_passed_by_no_number_of_workers_and_no_instance()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var one = new Upstream(database);
        await using var two = new Upstream(database);
        var (capped, free) = (await one.NewOrganizationAsync(), await one.NewOrganizationAsync());
        await CapAsync(one.Database, capped, 7);

        var refusals = await Task.WhenAll(Enumerable.Range(0, 80).Select(async number =>
        {
            var ledger = (number % 2 == 0 ? one : two).Get<UsageLedger>();
            await ledger.CountAsync(Call(free, "rentcast", "value"), default);
            return await Record.ExceptionAsync(() => ledger.CountAsync(Call(capped, "rentcast", number % 3 == 0 ? "market" : "value"), default)) as UpstreamException;
        }));

        var refused = refusals.OfType<UpstreamException>().ToList();
        var now = DateTime.UtcNow;
        Assert.Equal((73, 7, 80), (refused.Count, await CallsAsync(one, capped), await CallsAsync(one, free)));
        Assert.All(refused, failure => Assert.Equal(
            (UpstreamFailure.CapReached, "monthly_cap_reached", new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1)),
            (failure.Kind, failure.Code, failure.RetryAt)));
        await one.Get<UsageLedger>().CountAsync(Call(capped, "nominatim", "search"), default);
        await one.Get<UsageLedger>().CountAsync(Call(capped, "spark", "search"), default);
    }

    [Fact]
    public async Task A_lowered_cap_applies_to_waiting_statements()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        var organization = await upstream.NewOrganizationAsync();
        await CapAsync(upstream.Database, organization, 100);
        await upstream.Get<UsageLedger>().CountAsync(Call(organization, "rentcast", "value"), default);

        Task<CountedCall>? waiting = null;
        await upstream.Database.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("update usage_budgets set cap = 1 where organization_id = @organization", new { organization });
            waiting = upstream.Get<UsageLedger>().CountAsync(Call(organization, "rentcast", "value"), default);
            while (!await transaction.QueryFirstAsync<bool>("select exists (select from pg_locks where not granted)")) await Task.Delay(10);
            return 0;
        }, default);

        Assert.Equal("monthly_cap_reached", (await Assert.ThrowsAsync<UpstreamException>(() => waiting!)).Code);
    }

    [Fact]
    public async Task A_refunded_call_can_be_used_by_another()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        var organization = await upstream.NewOrganizationAsync();
        await CapAsync(upstream.Database, organization, 1);
        var ledger = upstream.Get<UsageLedger>();

        await ledger.RefundAsync(await ledger.CountAsync(Call(organization, "rentcast", "value"), default), default);
        await ledger.SettleAsync(await ledger.CountAsync(Call(organization, "rentcast", "value"), default), succeeded: false, 0, default);

        await Assert.ThrowsAsync<UpstreamException>(() => ledger.CountAsync(Call(organization, "rentcast", "value"), default));
        Assert.Equal(new Upstream.Usage(1, 0, 1, 0), await upstream.UsageAsync("rentcast"));
    }

    [Fact]
    public async Task The_subscription_counts_valuations_that_were_answered_and_nothing_else()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync(), ("Subscription:Starter:Valuations", "2"));
        var organization = await upstream.NewOrganizationAsync();
        var ledger = upstream.Get<UsageLedger>();
        foreach (var (operation, succeeded) in new[] { ("value", true), ("value", false), ("market", true), ("value", true) })
        {
            await ledger.SettleAsync(await ledger.CountAsync(Call(organization, "rentcast", operation), default), succeeded, 0, default);
        }

        var reached = await Assert.ThrowsAsync<LimitReachedException>(() => ledger.CountAsync(Call(organization, "rentcast", "value"), default));

        Assert.Equal(new Dictionary<string, object?> { ["limit"] = "valuations", ["used"] = 2, ["allowed"] = 2 }, reached.Details);
        await ledger.CountAsync(Call(organization, "rentcast", "market"), default);
        Assert.Equal(5, await CallsAsync(upstream, organization));
    }

    static UpstreamCall Call(Guid organization, string provider, string operation) => new()
    {
        Provider = provider,
        Operation = operation,
        OrganizationId = organization,
        LimitKey = provider,
        Limit = new RateLimit(1, TimeSpan.FromSeconds(1)),
        AttemptTimeout = TimeSpan.FromSeconds(1),
        BackOff = TimeSpan.FromSeconds(1),
        Quota = operation == "value" ? UsageQuota.CapAndValuations : provider is UpstreamProviders.Spark or UpstreamProviders.RentCast ? UsageQuota.Cap : UsageQuota.None,
    };

    static Task CapAsync(Database database, Guid organization, int cap) => database.ExecuteAsync(
        "insert into usage_budgets (organization_id, provider, cap, month) values (@organization, 'rentcast', @cap, '2026-01-01')", new { organization, cap }, default);

    static Task<int> CallsAsync(Upstream upstream, Guid organization) => upstream.Database.QueryFirstAsync<int>(
        "select sum(calls)::int from api_usage where organization_id = @organization", new { organization }, default);
}
