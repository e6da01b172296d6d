using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Upstreams;

/// <summary>A call that is in the ledger and not settled yet.</summary>
/// <param name="OrganizationId">Null for the product's own calls.</param>
/// <param name="Day">The day that it is counted under, UTC.</param>
/// <param name="Quota">The quotas that it counts against; none for the product's own calls.</param>
/// <param name="Month">The first day of the month that the quotas were charged in; null without a quota.</param>
sealed record CountedCall(Guid? OrganizationId, string Provider, string Operation, DateOnly Day, UsageQuota Quota, DateOnly? Month = null);

/// <summary>
/// The record of every call to a provider. A call is counted before it is sent and settled after, so the ledger never has fewer calls
/// than the provider saw. A call that a crash cuts off stays counted and unsettled: the provider may have seen and billed it.
/// </summary>
sealed class UsageLedger(Database database, UsageQuotas quotas, TimeProvider time)
{
    /// <exception cref="UpstreamException">CapReached: the organization's cap for this month.</exception>
    /// <exception cref="LimitReachedException">The subscription includes no more valuations this month.</exception>
    public async Task<CountedCall> CountAsync(UpstreamCall upstream, CancellationToken cancel)
    {
        var call = new CountedCall(
            upstream.OrganizationId, upstream.Provider, upstream.Operation, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
            upstream.OrganizationId is null ? UsageQuota.None : upstream.Quota);
        if (call.Quota != UsageQuota.None) return call with { Month = await quotas.CountAsync(call, cancel) };
        await ExecuteAsync(call,
            """
            insert into api_usage (organization_id, provider, operation, day, calls, unsettled)
            values (@organizationId, @Provider, @Operation, @Day, 1, 1)
            on conflict (organization_id, provider, operation, day)
            do update set calls = api_usage.calls + 1, unsettled = api_usage.unsettled + 1
            """, 0, 0, cancel);
        return call;
    }

    /// <param name="cost">The cost of the call, USD.</param>
    public Task SettleAsync(CountedCall call, bool succeeded, decimal cost, CancellationToken cancel) =>
        !succeeded && call.Quota == UsageQuota.CapAndValuations
            ? quotas.SettleFailedValuationAsync(call, cost, cancel)
            : ExecuteAsync(call,
                """
                update api_usage set unsettled = unsettled - 1, failures = failures + @failures, cost = cost + @cost
                where organization_id is not distinct from @organizationId and provider = @Provider and operation = @Operation and day = @Day
                """, succeeded ? 0 : 1, cost, cancel);

    /// <summary>Removes a call that was counted and not sent.</summary>
    public Task RefundAsync(CountedCall call, CancellationToken cancel) =>
        call.Month is not null
            ? quotas.RefundAsync(call, cancel)
            : ExecuteAsync(call,
                """
                update api_usage set calls = calls - 1, unsettled = unsettled - 1
                where organization_id is not distinct from @organizationId and provider = @Provider and operation = @Operation and day = @Day
                """, 0, 0, cancel);

    Task<int> ExecuteAsync(CountedCall call, string sql, int failures, decimal cost, CancellationToken cancel) =>
        call.OrganizationId is { } organizationId
            ? database.Tenant(organizationId).ExecuteAsync(sql, new { call.Provider, call.Operation, call.Day, failures, cost }, cancel)
            : database.ExecuteAsync(sql, new { organizationId = (Guid?)null, call.Provider, call.Operation, call.Day, failures, cost }, cancel);
}
