using System.Globalization;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Upstreams;

/// <summary>
/// Counts an organization's calls of a month against its cap and its subscription. Count and check are one statement under the lock of
/// one row, so parallel workers cannot exceed either. Every statement locks the quota's row before the ledger's, which avoids deadlocks.
/// </summary>
sealed class UsageQuotas(Database database, SubscriptionOptions subscription)
{
    internal const string CapReachedCode = "monthly_cap_reached";

    sealed record Row(SubscriptionTier SubscriptionTier, int? Cap, int Calls, int Valuations);

    /// <returns>The month that the call is counted in: its own, or a later one that another instance's clock has reached.</returns>
    internal async Task<DateOnly> CountAsync(CountedCall call, CancellationToken cancel)
    {
        var month = MonthlyCaps.FirstOfMonth(call.Day);
        while (true)
        {
            if (await TryCountAsync(call, month, cancel) is { } counted) return counted;
            await ThrowIfSpentAsync(call, month, cancel);
        }
    }

    Task<DateOnly?> TryCountAsync(CountedCall call, DateOnly month, CancellationToken cancel) =>
        database.Tenant(call.OrganizationId!.Value).QueryFirstAsync<DateOnly?>(
        """
        with budget as (
            insert into usage_budgets as b (organization_id, provider, month, calls, valuations)
            values (@organizationId, @Provider, @month, 1, @valuations)
            on conflict (organization_id, provider) do update set
                month = greatest(b.month, excluded.month),
                calls = case when b.month < excluded.month then 1 else b.calls + 1 end,
                valuations = excluded.valuations + case when b.month < excluded.month then 0 else b.valuations end
            where (b.cap is null or case when b.month < excluded.month then 0 else b.calls end < b.cap)
              and (excluded.valuations = 0 or b.month < excluded.month or b.valuations < (
                  select case o.subscription_tier when 'starter' then @starter when 'team' then @team else @brokerage end
                  from organizations o where o.id = @organizationId))
            returning b.month
        ), counted as (
            insert into api_usage as u (organization_id, provider, operation, day, calls, unsettled)
            select @organizationId, @Provider, @Operation, @Day, 1, 1 from budget
            on conflict (organization_id, provider, operation, day) do update set calls = u.calls + 1, unsettled = u.unsettled + 1
        )
        select month from budget
        """,
        new
        {
            call.Provider,
            call.Operation,
            call.Day,
            month,
            valuations = Valuations(call),
            starter = subscription.Starter.Valuations,
            team = subscription.Team.Valuations,
            brokerage = subscription.Brokerage.Valuations,
        }, cancel);

    // A second statement, because the first returns nothing when the quota is used up. The cap may be raised between the two;
    // then the caller counts again.
    async Task ThrowIfSpentAsync(CountedCall call, DateOnly month, CancellationToken cancel)
    {
        var row = await database.Tenant(call.OrganizationId!.Value).QueryFirstAsync<Row>(
            """
            select o.subscription_tier, b.cap, case when b.month < @month then 0 else b.calls end as calls,
                case when b.month < @month then 0 else b.valuations end as valuations
            from usage_budgets b join organizations o on o.id = b.organization_id
            where b.organization_id = @organizationId and b.provider = @Provider
            """, new { call.Provider, month }, cancel);
        if (row is null) return;
        if (call.Quota == UsageQuota.CapAndValuations && subscription.For(row.SubscriptionTier).Valuations is var allowed && row.Valuations >= allowed)
        {
            throw LimitReachedException.Valuations(row.Valuations, allowed);
        }
        if (row.Cap is { } cap && row.Calls >= cap) throw CapReached(call.Provider, cap, month.AddMonths(1));
    }

    internal Task RefundAsync(CountedCall call, CancellationToken cancel) => database.Tenant(call.OrganizationId!.Value).ExecuteAsync(
        """
        with budget as (
            update usage_budgets set calls = calls - 1, valuations = valuations - @valuations
            where organization_id = @organizationId and provider = @Provider and month = @Month returning 1
        )
        update api_usage set calls = calls - 1, unsettled = unsettled - 1
        where (select count(*) from budget) >= 0
          and organization_id = @organizationId and provider = @Provider and operation = @Operation and day = @Day
        """, new { call.Provider, call.Operation, call.Day, call.Month, valuations = Valuations(call) }, cancel);

    /// <summary>The call still counts against the cap, because the provider saw it, but not against the valuations, because it brought none.</summary>
    internal Task SettleFailedValuationAsync(CountedCall call, decimal cost, CancellationToken cancel) =>
        database.Tenant(call.OrganizationId!.Value).ExecuteAsync(
        """
        with budget as (
            update usage_budgets set valuations = valuations - 1
            where organization_id = @organizationId and provider = @Provider and month = @Month returning 1
        )
        update api_usage set unsettled = unsettled - 1, failures = failures + 1, cost = cost + @cost
        where (select count(*) from budget) >= 0
          and organization_id = @organizationId and provider = @Provider and operation = @Operation and day = @Day
        """, new { call.Provider, call.Operation, call.Day, call.Month, cost }, cancel);

    static int Valuations(CountedCall call) => call.Quota == UsageQuota.CapAndValuations ? 1 : 0;

    static UpstreamException CapReached(string provider, int cap, DateOnly next) => new(
        UpstreamFailure.CapReached, provider, CapReachedCode,
        string.Create(CultureInfo.InvariantCulture,
            $"The organization's monthly cap of {cap:#,##0} requests to {provider} is reached. "
            + $"It starts again on {next:MMMM d, yyyy} (UTC). Raise the cap to continue earlier."),
        next.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
}
