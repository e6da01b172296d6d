using TwoStory.Core.Data;
using TwoStory.Core.Providers.RentCast;

namespace TwoStory.Core.Valuations;

/// <summary>Stores estimates and the outcomes of valuations.</summary>
static class ValuationStore
{
    public const string Source = "rentcast";

    /// <summary>Stores an estimate for each lead of the home, at most one per day.</summary>
    public static Task AddValueAsync(
        Transaction transaction, Guid organizationId, Guid? runId, IReadOnlyList<Guid> leads, ValueEstimate estimate, DateOnly today) =>
        transaction.ExecuteAsync(
        """
        with present as (
            -- Leads, and then the rows of each, in the order of their ids, as everybody locks them.
            select l.id from leads l where l.organization_id = @organizationId and l.id = any (@leads) order by l.id for key share
        ), added as (
            insert into property_values (id, organization_id, lead_id, source, as_of, value, range_low, range_high, run_id)
            select n.id, @organizationId, p.id, @Source, @today, @Price, @RangeLow, @RangeHigh, @runId
            from present p join unnest(@leads, @ids) as n (lead, id) on n.lead = p.id
            order by p.id
            on conflict (lead_id, source, as_of) do nothing
        )
        insert into valuations (lead_id, organization_id, outcome, checked_on, stale, error_code)
        select p.id, @organizationId, 'valued', @today, false, null from present p order by p.id
        on conflict (lead_id) do update set outcome = 'valued', checked_on = @today, stale = false, error_code = null
        """,
        new
        {
            organizationId,
            runId,
            leads = leads.ToArray(),
            ids = leads.Select(_ => Guid.CreateVersion7()).ToArray(),
            Source,
            today,
            estimate.Price,
            estimate.RangeLow,
            estimate.RangeHigh,
        });

    /// <summary>Stores that there is no estimate or that fetching failed. The last value stays and is marked as stale.</summary>
    /// <param name="transaction">The open transaction.</param>
    /// <param name="organizationId">The organization of the leads.</param>
    /// <param name="leads">The leads of the home.</param>
    /// <param name="outcome">no_estimate or failed.</param>
    /// <param name="errorCode">The error; null for no_estimate.</param>
    /// <param name="today">The day of the run.</param>
    public static Task AddOutcomeAsync(
        Transaction transaction, Guid organizationId, IReadOnlyList<Guid> leads, string outcome, string? errorCode, DateOnly today) =>
        transaction.ExecuteAsync(
        """
        insert into valuations (lead_id, organization_id, outcome, checked_on, stale, error_code)
        select l.id, @organizationId, @outcome, @today, true, @errorCode
        from leads l where l.organization_id = @organizationId and l.id = any (@leads)
        order by l.id
        for key share
        on conflict (lead_id) do update set outcome = @outcome, checked_on = @today, stale = true, error_code = @errorCode
        """,
        new { organizationId, leads = leads.ToArray(), outcome, errorCode, today });

    /// <summary>
    /// Replaces the day's valuation with a newer, different estimate when it is already decided, which makes it pending again. A
    /// valuation pending in a run stays as it is.
    /// </summary>
    public static Task RenewAsync(Transaction transaction, Guid organizationId, Guid leadId, ValueEstimate estimate, DateOnly today) =>
        transaction.ExecuteAsync(
        """
        update property_values set value = @Price, range_low = @RangeLow, range_high = @RangeHigh, run_id = null, decision = null, decided_at = null
        where organization_id = @organizationId and lead_id = @leadId and source = @Source and as_of = @today and decided_at is not null
          and (value, range_low, range_high) is distinct from (@Price, @RangeLow, @RangeHigh)
        """,
        new { organizationId, leadId, Source, today, estimate.Price, estimate.RangeLow, estimate.RangeHigh });
}
