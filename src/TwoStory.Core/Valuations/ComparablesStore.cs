using System.Text.Json;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.RentCast;

namespace TwoStory.Core.Valuations;

/// <summary>The comparables of a home.</summary>
/// <param name="Items">Null when the AVM has no estimate for the home.</param>
sealed record StoredComparables(DateOnly AsOf, IReadOnlyList<ComparableHome>? Items);

/// <summary>Stores the comparables of each home's last valuation, so that the same response is not paid for twice.</summary>
static class ComparablesStore
{
    sealed record Row(DateOnly AsOf, string? Comparables);

    /// <param name="transaction">The transaction of the valuation.</param>
    /// <param name="organizationId">The organization of the leads.</param>
    /// <param name="leads">The leads of the home.</param>
    /// <param name="home">The home, as in <see cref="DueLead.ComparablesKey"/>.</param>
    /// <param name="estimate">Null when the AVM has none.</param>
    /// <param name="today">The day of the valuation.</param>
    public static Task StoreAsync(
        Transaction transaction, Guid organizationId, IReadOnlyList<Guid> leads, string home, ValueEstimate? estimate, DateOnly today) =>
        transaction.ExecuteAsync(
        """
        insert into lead_comparables (lead_id, organization_id, home, as_of, comparables)
        select l.id, @organizationId, @home, @today, @comparables::jsonb
        from leads l where l.organization_id = @organizationId and l.id = any (@leads)
        order by l.id
        for key share
        on conflict (lead_id) do update set home = excluded.home, as_of = excluded.as_of, comparables = excluded.comparables
        """,
        new
        {
            organizationId,
            leads = leads.ToArray(),
            home,
            today,
            comparables = estimate is null ? null : JsonSerializer.Serialize(estimate.Comparables.Select(ComparableHome.From), JsonSerializerOptions.Web),
        });

    /// <returns>The newest comparables since the given date, from any lead of the home; null when there are none.</returns>
    public static async Task<StoredComparables?> FindAsync(TenantDatabase tenant, string home, DateOnly since, CancellationToken cancel)
    {
        var row = await tenant.QueryFirstAsync<Row>(
            """
            select as_of, comparables::text as comparables from lead_comparables
            where organization_id = @organizationId and home = @home and as_of >= @since
            order by as_of desc limit 1
            """, new { home, since }, cancel);
        return row is null ? null : new StoredComparables(
            row.AsOf, row.Comparables is null ? null : JsonSerializer.Deserialize<List<ComparableHome>>(row.Comparables, JsonSerializerOptions.Web));
    }
}
