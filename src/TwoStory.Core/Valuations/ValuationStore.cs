using System.Text.Json;
using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.RentCast;

namespace TwoStory.Core.Valuations;

/// <summary>
/// Stores estimates and the outcomes of valuations, each with the version of the home and the attributes that the AVM was sent. A lead
/// that has got another home since then gets nothing: the answer is about the former home.
/// </summary>
static class ValuationStore
{
    public const string Source = "rentcast";

    // In the order of their ids, as every transaction locks leads.
    const string Present =
        """
        present as (
            select l.id, l.home_version from leads l join unnest(@leads, @versions) as n (lead, version) on n.lead = l.id and n.version = l.home_version
            where l.organization_id = @organizationId order by l.id for key share of l
        )
        """;

    // What was reported about a former home is no baseline of this one.
    const string SameHome =
        """
        told_value = case when v.home_version = excluded.home_version then v.told_value end,
        told_as_of = case when v.home_version = excluded.home_version then v.told_as_of end,
        told_attributes = case when v.home_version = excluded.home_version then v.told_attributes end,
        home_version = excluded.home_version, attributes = excluded.attributes, checked_on = excluded.checked_on
        """;

    /// <summary>Stores an estimate for each lead of the home, at most one per day. It replaces the day's estimate of a former home.</summary>
    public static Task AddValueAsync(
        Transaction transaction, Guid organizationId, Guid? runId, IReadOnlyList<DueLead> leads, ValueEstimate estimate, DateOnly today) =>
        transaction.ExecuteAsync(
        $"""
        with {Present}, added as (
            insert into property_values as v (
                id, organization_id, lead_id, source, as_of, value, range_low, range_high, run_id, home_version, attributes)
            select n.id, @organizationId, p.id, @Source, @today, @Price, @RangeLow, @RangeHigh, @runId, p.home_version, @attributes::jsonb
            from present p join unnest(@leads, @ids) as n (lead, id) on n.lead = p.id
            order by p.id
            on conflict (lead_id, source, as_of) do update set
                value = excluded.value, range_low = excluded.range_low, range_high = excluded.range_high, run_id = excluded.run_id,
                home_version = excluded.home_version, attributes = excluded.attributes, decision = null, decided_at = null
            where v.home_version <> excluded.home_version
            returning 1
        )
        insert into valuations as v (lead_id, organization_id, outcome, checked_on, stale, error_code, home_version, attributes)
        select p.id, @organizationId, 'valued', @today, false, null, p.home_version, @attributes::jsonb from present p
        -- Property values are locked first, as decisions lock them; without this condition they would come last.
        where (select count(*) from added) >= 0
        order by p.id
        on conflict (lead_id) do update set outcome = 'valued', stale = false, error_code = null, postponed = false, {SameHome}
        """,
        new
        {
            organizationId,
            runId,
            leads = leads.Select(lead => lead.Id).ToArray(),
            versions = leads.Select(lead => lead.HomeVersion).ToArray(),
            ids = leads.Select(_ => Guid.CreateVersion7()).ToArray(),
            Source,
            today,
            estimate.Price,
            estimate.RangeLow,
            estimate.RangeHigh,
            attributes = Json(leads[0].Home),
        });

    /// <summary>Stores that there is no estimate or that fetching failed. The last value stays and is marked as stale.</summary>
    /// <param name="transaction">The open transaction.</param>
    /// <param name="organizationId">The organization of the leads.</param>
    /// <param name="leads">The leads of the home.</param>
    /// <param name="errorCode">The error; null when there is no estimate.</param>
    /// <param name="today">The day of the run.</param>
    /// <param name="postponed">True when the provider was away: the home stays due.</param>
    public static Task AddFailureAsync(
        Transaction transaction, Guid organizationId, IReadOnlyList<DueLead> leads, string? errorCode, DateOnly today, bool postponed = false) =>
        transaction.ExecuteAsync(
        $"""
        with {Present}
        insert into valuations as v (lead_id, organization_id, outcome, checked_on, stale, error_code, home_version, attributes, postponed)
        select p.id, @organizationId, @outcome, @today, true, @errorCode, p.home_version, n.attributes::jsonb, @postponed
        from present p join unnest(@leads, @attributes) as n (lead, attributes) on n.lead = p.id
        order by p.id
        on conflict (lead_id) do update set outcome = @outcome, stale = true, error_code = @errorCode, postponed = @postponed, {SameHome}
        """,
        new
        {
            organizationId,
            leads = leads.Select(lead => lead.Id).ToArray(),
            versions = leads.Select(lead => lead.HomeVersion).ToArray(),
            attributes = leads.Select(lead => Json(lead.Home)).ToArray(),
            outcome = errorCode is null ? "no_estimate" : "failed",
            errorCode,
            today,
            postponed,
        });

    /// <summary>
    /// Replaces the day's valuation with a newer, different estimate when it is already decided, which makes it pending again. A
    /// valuation pending in a run stays as it is.
    /// </summary>
    public static Task RenewAsync(Transaction transaction, Guid organizationId, DueLead lead, ValueEstimate estimate, DateOnly today) =>
        transaction.ExecuteAsync(
        """
        update property_values set value = @Price, range_low = @RangeLow, range_high = @RangeHigh, attributes = @attributes::jsonb,
            run_id = null, decision = null, decided_at = null
        where organization_id = @organizationId and lead_id = @Id and source = @Source and as_of = @today and decided_at is not null
          and home_version = @HomeVersion
          and (value, range_low, range_high, coalesce(attributes, @attributes::jsonb)) is distinct from (@Price, @RangeLow, @RangeHigh, @attributes::jsonb)
        """,
        new
        {
            organizationId,
            lead.Id,
            lead.HomeVersion,
            Source,
            today,
            estimate.Price,
            estimate.RangeLow,
            estimate.RangeHigh,
            attributes = Json(lead.Home),
        });

    static string Json(ValuedHome home) => JsonSerializer.Serialize(home, JsonSerializerOptions.Web);
}
