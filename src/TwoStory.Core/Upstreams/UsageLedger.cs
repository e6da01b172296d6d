using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Upstreams;

/// <summary>A call that is in the ledger and whose outcome is still to come.</summary>
/// <param name="OrganizationId">Null for the product's own calls.</param>
/// <param name="Day">The day it is counted under, UTC.</param>
/// <param name="Month">The month of the budget it was taken from; null for a provider without one.</param>
public sealed record CountedCall(Guid? OrganizationId, string Provider, string Operation, DateOnly Day, DateOnly? Month = null);

/// <summary>
/// The record of every call to a provider. A call is counted before it is made and settled after, so what a provider saw is never
/// more than what is counted. A call cut off by a crash stays counted and unsettled: the provider may have seen and billed it.
/// </summary>
public sealed class UsageLedger(Database database, UsageQuotas budgets, TimeProvider time)
{
    /// <param name="organizationId">Null for the product's own calls, such as e-mail.</param>
    /// <exception cref="UpstreamException">CapReached: the organization's cap for this month.</exception>
    /// <exception cref="LimitReachedException">The subscription's valuations of this month.</exception>
    public async Task<CountedCall> CountAsync(Guid? organizationId, string provider, string operation, CancellationToken cancel)
    {
        var call = new CountedCall(organizationId, provider, operation, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (UsageQuotas.Covers(call)) return call with { Month = await budgets.CountAsync(call, cancel) };
        await ExecuteAsync(call,
            """
            insert into api_usage (organization_id, provider, operation, day, calls, unsettled)
            values (@organizationId, @Provider, @Operation, @Day, 1, 1)
            on conflict (organization_id, provider, operation, day)
            do update set calls = api_usage.calls + 1, unsettled = api_usage.unsettled + 1
            """, 0, 0, cancel);
        return call;
    }

    /// <param name="cost">What the provider bills for it, USD.</param>
    public Task SettleAsync(CountedCall call, bool succeeded, decimal cost, CancellationToken cancel) =>
        !succeeded && UsageQuotas.IsValuation(call)
            ? budgets.SettleFailedValuationAsync(call, cost, cancel)
            : ExecuteAsync(call,
                """
                update api_usage set unsettled = unsettled - 1, failures = failures + @failures, cost = cost + @cost
                where organization_id is not distinct from @organizationId and provider = @Provider and operation = @Operation and day = @Day
                """, succeeded ? 0 : 1, cost, cancel);

    /// <summary>Removes a call that was counted and then not made.</summary>
    public Task RefundAsync(CountedCall call, CancellationToken cancel) =>
        call.Month is not null
            ? budgets.RefundAsync(call, cancel)
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
