using TwoStory.Core.Data;

namespace TwoStory.Core.Valuations;

/// <summary>Reads valuations without a decision, and stores decisions.</summary>
static class PendingValueStore
{
    const string Pending =
        """
        select v.id, v.lead_id, v.as_of, v.value, v.range_low, v.range_high, v.attributes::text as home, v.home_version <> l.home_version as home_changed,
            t.told_value as notified_value, t.told_as_of as notified_as_of, t.told_attributes::text as notified_home, l.owner_id as lead_owner_id,
            l.name as lead_name, concat_ws(' ', l.street, l.unit) as lead_street, l.city as lead_city, l.notify_value_changes
        from property_values v
        join leads l on l.organization_id = v.organization_id and l.id = v.lead_id
        -- A baseline of the same day is replaced with the valuation that it was, unless the agent was notified of it.
        left join valuations t on t.lead_id = v.lead_id and t.home_version = v.home_version
            and (t.told_as_of < v.as_of or exists (select from notifications n
                where n.organization_id = v.organization_id and n.lead_id = v.lead_id and n.cause like 'value_change:' || v.lead_id || ':' || t.told_as_of || '%'))
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

    /// <summary>Stores decisions and the baselines of later ones: the values reported to the agent, and before that the first valuation.</summary>
    public static Task DecideAsync(Transaction transaction, Guid organizationId, IReadOnlyList<(PendingValue Value, string Reason, bool IsBaseline)> decisions) =>
        transaction.ExecuteAsync(
            """
            with decided as (
                select * from unnest(@ids, @leads, @values, @dates, @homes, @reasons, @baselines) as d (id, lead_id, value, as_of, home, reason, is_baseline)
            ),
            -- The lock order of ValuationStore.AddValueAsync: another engine may repeat a batch with the same rows at the same time.
            locked as (
                select lead_id from valuations where organization_id = @organizationId and lead_id = any (@leads) order by lead_id for no key update
            ),
            baselines as (
                update valuations t set told_value = d.value, told_as_of = d.as_of, told_attributes = d.home::jsonb
                from locked k join decided d on d.lead_id = k.lead_id
                where t.organization_id = @organizationId and t.lead_id = d.lead_id and d.is_baseline
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
                homes = decisions.Select(d => d.Value.Home).ToArray(),
                baselines = decisions.Select(d => d.IsBaseline).ToArray(),
            });

    /// <summary>Lists the owners of leads with pending valuations.</summary>
    public static Task<IReadOnlyList<Guid>> AgentsAsync(TenantDatabase tenant, CancellationToken cancel) => tenant.QueryAsync<Guid>(
        """
        select distinct l.owner_id from property_values v join leads l on l.organization_id = v.organization_id and l.id = v.lead_id
        where v.organization_id = @organizationId and v.decided_at is null order by 1
        """,
        null, cancel);
}
