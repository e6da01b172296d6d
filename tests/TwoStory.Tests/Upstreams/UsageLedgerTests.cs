using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class UsageLedgerTests(TemporaryPostgres postgres)
{
    [Fact]
    public async Task Every_call_is_counted_once_however_many_end_at_the_same_time()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var one = new Upstream(database);
        await using var two = new Upstream(database);
        var organization = await one.NewOrganizationAsync();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(async number =>
        {
            var ledger = (number % 2 == 0 ? one : two).Get<UsageLedger>();
            var call = await ledger.CountAsync(Call(number % 3 == 0 ? null : organization, "rentcast", "value"), default);
            if (number % 5 == 0) await ledger.RefundAsync(call, default);
            else if (number % 4 != 0) await ledger.SettleAsync(call, number % 2 == 0, 0.5m, default);
        }));

        var settled = Enumerable.Range(0, 60).Where(number => number % 5 != 0 && number % 4 != 0).ToList();
        Assert.Equal(new Upstream.Usage(48, 48 - settled.Count, settled.Count(number => number % 2 != 0), settled.Count * 0.5m), await one.UsageAsync("rentcast"));
    }

    [Fact]
    public async Task A_call_cut_off_by_a_crash_stays_counted_and_unsettled()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());

        await upstream.Get<UsageLedger>().CountAsync(Call(null, "resend", "send"), default);

        Assert.Equal(new Upstream.Usage(1, 1, 0, 0), await upstream.UsageAsync("resend"));
    }

    [Fact]
    public async Task An_organization_sees_its_own_calls_only()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        var (mine, other) = (await upstream.NewOrganizationAsync(), await upstream.NewOrganizationAsync());
        foreach (Guid? organization in new Guid?[] { mine, mine, other, null })
        {
            await upstream.Get<UsageLedger>().CountAsync(Call(organization, "spark", "search"), default);
        }

        Assert.Equal([2], await upstream.Database.Tenant(mine).QueryAsync<int>("select calls from api_usage", null, default));
        Assert.Equal([1], await upstream.Database.Tenant(other).QueryAsync<int>("select calls from api_usage", null, default));
    }

    static UpstreamCall Call(Guid? organization, string provider, string operation) => new()
    {
        Provider = provider,
        Operation = operation,
        OrganizationId = organization,
        LimitKey = provider,
        Limit = new RateLimit(1, TimeSpan.FromSeconds(1)),
        AttemptTimeout = TimeSpan.FromSeconds(1),
        BackOff = TimeSpan.FromSeconds(1),
        Quota = provider == UpstreamProviders.Resend ? UsageQuota.None : operation == "value" ? UsageQuota.CapAndValuations : UsageQuota.Cap,
    };
}
