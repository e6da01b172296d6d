using TwoStory.Core.Data;

namespace TwoStory.Core.Valuations;

/// <summary>Reads valuations without a decision, and stores decisions.</summary>
static class PendingValueStore
{
    const string Pending =
        """
        select v.id, v.lead_id, v.as_of, v.value, v.range_low, v.range_high, p.value as previous_value, p.as_of as previous_as_of,
            t.told_value as notified_value, t.told_as_of as notified_as_of, l.owner_id as lead_owner_id,
            l.name as lead_name, concat_ws(' ', l.street, l.unit) as lead_street, l.city as lead_city, l.notify_value_changes
        from property_values v
        join leads l on l.organization_id = v.organization_id and l.id = v.lead_id
        left join valuations t on t.lead_id = v.lead_id
        left join lateral (
            select b.value, b.as_of from property_values b
            where b.organization_id = v.organization_id and b.lead_id = v.lead_id and b.source = v.source and b.as_of < v.as_of
            order by b.as_of desc limit 1) p on true
        """;

    // The lead is locked first: a transaction that deletes a lead locks it before its values.
    const string Locked = "for key share of l for update of v";

    /// <summary>Lists and locks the next pending valuations of the leads of one agent, at most one per lead.</summary>
    /// <param name="transaction">The transaction of the decisions.</param>
    /// <param name="organizationId">The organization.</param>
    /// <param name="agentId">The owner of the leads.</param>
    /// <param name="from">The last lead of the previous call; <see cref="Guid.Empty"/> at first. Locks are taken in the order of leads only.</param>
    /// <param name="limit">The maximum number of rows.</param>
    public static Task<IReadOnlyList<PendingValue>> ListAsync(Transaction transaction, Guid organizationId, Guid agentId, Guid from, int limit) =>
        transaction.QueryAsync<PendingValue>(
            $"""
            {Pending}
            where v.organization_id = @organizationId and l.owner_id = @agentId and v.decided_at is null and l.id >= @from
              and not exists (
                  select from property_values e where e.lead_id = v.lead_id and e.decided_at is null and e.as_of < v.as_of)
            order by l.id
            limit @limit
            {Locked}
            """,
            new { organizationId, agentId, from, limit });

    /// <summary>Lists and locks the pending valuation of one lead that was fetched outside of a run.</summary>
    public static Task<IReadOnlyList<PendingValue>> ListForLeadAsync(Transaction transaction, Guid organizationId, Guid leadId) =>
        transaction.QueryAsync<PendingValue>(
            $"""
            {Pending}
            where v.organization_id = @organizationId and v.lead_id = @leadId and v.run_id is null and v.decided_at is null
            {Locked}
            """,
            new { organizationId, leadId });

    /// <summary>Stores decisions and the values notified to the agent. The first valuation is the baseline of later ones.</summary>
    public static Task DecideAsync(Transaction transaction, Guid organizationId, IReadOnlyList<(PendingValue Value, string Reason, bool Notified)> decisions) =>
        transaction.ExecuteAsync(
            """
            with decided as (select * from unnest(@ids, @leads, @values, @dates, @reasons, @notified) as d (id, lead_id, value, as_of, reason, notified)),
            -- The lock order of ValuationStore.AddValueAsync: another engine may repeat a batch with the same rows at the same time.
            locked as (
                select lead_id from valuations where organization_id = @organizationId and lead_id = any (@leads) order by lead_id for no key update
            ),
            baselines as (
                update valuations t set told_value = d.value, told_as_of = d.as_of from locked k join decided d on d.lead_id = k.lead_id
                where t.organization_id = @organizationId and t.lead_id = d.lead_id and (d.notified or t.told_value is null or t.told_as_of = d.as_of)
            )
            update property_values v set decision = d.reason, decided_at = now() from decided d
            where v.organization_id = @organizationId and v.id = d.id
            """,
            new
            {
                organizationId,
                ids = decisions.Select(d => d.Value.Id).ToArray(),
                leads = decisions.Select(d => d.Value.LeadId).ToArray(),
                values = decisions.Select(d => d.Value.Value).ToArray(),
                dates = decisions.Select(d => d.Value.AsOf).ToArray(),
                reasons = decisions.Select(d => d.Reason).ToArray(),
                notified = decisions.Select(d => d.Notified).ToArray(),
            });

    /// <summary>Lists the owners of leads with pending valuations.</summary>
    public static Task<IReadOnlyList<Guid>> AgentsAsync(TenantDatabase tenant, CancellationToken cancel) => tenant.QueryAsync<Guid>(
        """
        select distinct l.owner_id from property_values v join leads l on l.organization_id = v.organization_id and l.id = v.lead_id
        where v.organization_id = @organizationId and v.decided_at is null order by 1
        """,
        null, cancel);
}
