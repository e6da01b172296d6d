using TwoStory.Core.Data;
using TwoStory.Core.Providers.RentCast;

namespace TwoStory.Core.Valuations;

/// <summary>Keeps what the AVM said of homes, and finds whose home is to be asked about.</summary>
static class ValuationStore
{
    public const string Source = "rentcast";

    // The AVM has no estimate today, so it will hardly have one tomorrow.
    const int NoEstimateRestDays = 6;

    const string Columns =
        """
        l.id, l.home_key, l.street, l.unit, l.city, l.state, l.postal_code, l.latitude, l.longitude, l.location_precision,
        l.property_type, l.bedrooms, l.bathrooms, l.square_feet
        """;

    const string Undecided =
        """
        select v.id, v.lead_id, v.as_of, v.value, v.range_low, v.range_high, p.value as previous_value, p.as_of as previous_as_of,
            t.told_value, t.told_as_of, l.owner_id as lead_owner_id, l.name as lead_name, concat_ws(' ', l.street, l.unit) as lead_street, l.city as lead_city,
            l.notify_value_changes
        from property_values v
        join leads l on l.organization_id = v.organization_id and l.id = v.lead_id
        left join valuations t on t.lead_id = v.lead_id
        left join lateral (
            select b.value, b.as_of from property_values b
            where b.organization_id = v.organization_id and b.lead_id = v.lead_id and b.source = v.source and b.as_of < v.as_of
            order by b.as_of desc limit 1) p on true
        """;

    // The lead first: whoever is deleting it has it already, and goes on to its values.
    const string Locked = "for key share of l for update of v";

    const string Due =
        """
        l.organization_id = @organizationId and l.notify_value_changes and not l.monitoring_paused
          and not exists (select from property_values v where v.lead_id = l.id and v.source = 'rentcast' and v.as_of = @today)
          and not exists (
              select from valuations n where n.lead_id = l.id and n.outcome = 'no_estimate' and n.checked_on >= @today - @NoEstimateRestDays)
        """;

    /// <summary>How many homes the leads <c>l</c> of a statement live in that the AVM can be asked about, as <see cref="DueLead"/> counts them.</summary>
    public const string HomesCount =
        """
        (count(distinct coalesce(l.home_key, l.latitude || ',' || l.longitude)) filter (where
            (btrim(l.street) <> '' and btrim(l.city) <> '' and btrim(l.state) <> '')
            or (l.location_precision in ('rooftop', 'manual') and l.latitude is not null and not (l.latitude = 0 and l.longitude = 0))))::int
        """;

    /// <summary>Leads that want valuations and have none of today, without those whose homes the AVM did not know of late.</summary>
    public static Task<IReadOnlyList<DueLead>> DueAsync(TenantDatabase tenant, DateOnly today, CancellationToken cancel) =>
        tenant.QueryAsync<DueLead>($"select {Columns} from leads l where {Due} order by l.home_key, l.id", new { today, NoEstimateRestDays }, cancel);

    /// <summary>Those of a batch that are still due, as they are now.</summary>
    public static Task<IReadOnlyList<DueLead>> StillDueAsync(TenantDatabase tenant, IReadOnlyList<Guid> leads, DateOnly today, CancellationToken cancel) =>
        tenant.QueryAsync<DueLead>(
            $"select {Columns} from leads l where {Due} and l.id = any (@leads) order by l.home_key, l.id",
            new { today, NoEstimateRestDays, leads = leads.ToArray() }, cancel);

    /// <returns>The lead, due or not; null when it is gone.</returns>
    public static Task<DueLead?> FindAsync(TenantDatabase tenant, Guid leadId, CancellationToken cancel) =>
        tenant.QueryFirstAsync<DueLead>($"select {Columns} from leads l where l.organization_id = @organizationId and l.id = @leadId", new { leadId }, cancel);

    /// <summary>Keeps an estimate for every lead of the home, once a day.</summary>
    public static Task AddValueAsync(
        Transaction transaction, Guid organizationId, Guid? runId, IReadOnlyList<Guid> leads, ValueEstimate estimate, DateOnly today) => transaction.ExecuteAsync(
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

    /// <summary>Notes that there is no estimate, or that asking failed: the last value stays, and is marked stale.</summary>
    /// <param name="transaction">The open transaction.</param>
    /// <param name="organizationId">Whose leads.</param>
    /// <param name="leads">The leads of the home.</param>
    /// <param name="outcome">no_estimate or failed.</param>
    /// <param name="errorCode">Why; null for no_estimate.</param>
    /// <param name="today">The day of the run.</param>
    public static Task AddOutcomeAsync(
        Transaction transaction, Guid organizationId, IReadOnlyList<Guid> leads, string outcome, string? errorCode, DateOnly today) => transaction.ExecuteAsync(
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
    /// Puts a newer answer in the place of the day's valuation when the two differ and the day's was decided about already: it is
    /// decided about afresh. What a run still has to decide stays as the run was told.
    /// </summary>
    public static Task RenewAsync(Transaction transaction, Guid organizationId, Guid leadId, ValueEstimate estimate, DateOnly today) => transaction.ExecuteAsync(
        """
        update property_values set value = @Price, range_low = @RangeLow, range_high = @RangeHigh, run_id = null, decision = null, decided_at = null
        where organization_id = @organizationId and lead_id = @leadId and source = @Source and as_of = @today and decided_at is not null
          and (value, range_low, range_high) is distinct from (@Price, @RangeLow, @RangeHigh)
        """,
        new { organizationId, leadId, Source, today, estimate.Price, estimate.RangeLow, estimate.RangeHigh });

    /// <summary>The next valuations of one agent's leads that nothing was decided about, lead by lead, locked until the transaction ends.</summary>
    /// <param name="transaction">The transaction of the decisions.</param>
    /// <param name="organizationId">The tenant.</param>
    /// <param name="agentId">The owner of the leads.</param>
    /// <param name="from">The last lead of the previous call; <see cref="Guid.Empty"/> at first. Locks are only taken in the order of leads.</param>
    /// <param name="limit">The most rows.</param>
    public static Task<IReadOnlyList<PendingValue>> PendingAsync(Transaction transaction, Guid organizationId, Guid agentId, Guid from, int limit) =>
        transaction.QueryAsync<PendingValue>(
            $"""
            {Undecided}
            where v.organization_id = @organizationId and l.owner_id = @agentId and v.decided_at is null and l.id >= @from
              and not exists (
                  select from property_values e where e.lead_id = v.lead_id and e.decided_at is null and e.as_of < v.as_of)
            order by l.id
            limit @limit
            {Locked}
            """,
            new { organizationId, agentId, from, limit });

    /// <summary>The valuation of one lead that came outside of a run, and about which nothing was decided yet.</summary>
    public static Task<IReadOnlyList<PendingValue>> PendingForLeadAsync(Transaction transaction, Guid organizationId, Guid leadId) =>
        transaction.QueryAsync<PendingValue>(
            $"""
            {Undecided}
            where v.organization_id = @organizationId and v.lead_id = @leadId and v.run_id is null and v.decided_at is null
            {Locked}
            """,
            new { organizationId, leadId });

    /// <summary>Notes what was decided, and what the agent has now been told; the first valuation is what later ones are told against.</summary>
    public static Task DecideAsync(Transaction transaction, Guid organizationId, IReadOnlyList<(PendingValue Value, string Reason, bool Told)> decisions) =>
        transaction.ExecuteAsync(
            """
            with decided as (select * from unnest(@ids, @leads, @values, @dates, @reasons, @told) as d (id, lead_id, value, as_of, reason, told)),
            -- In the order of leads, as AddValueAsync writes them: a batch that another engine repeats may write the same rows at this moment.
            locked as (
                select lead_id from valuations where organization_id = @organizationId and lead_id = any (@leads) order by lead_id for no key update
            ),
            told as (
                update valuations t set told_value = d.value, told_as_of = d.as_of from locked k join decided d on d.lead_id = k.lead_id
                where t.organization_id = @organizationId and t.lead_id = d.lead_id and (d.told or t.told_value is null or t.told_as_of = d.as_of)
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
                told = decisions.Select(d => d.Told).ToArray(),
            });

    /// <summary>The owners of leads with valuations that nothing was decided about.</summary>
    public static Task<IReadOnlyList<Guid>> AgentsAsync(TenantDatabase tenant, CancellationToken cancel) => tenant.QueryAsync<Guid>(
        """
        select distinct l.owner_id from property_values v join leads l on l.organization_id = v.organization_id and l.id = v.lead_id
        where v.organization_id = @organizationId and v.decided_at is null order by 1
        """,
        null, cancel);
}
