using System.Diagnostics.Metrics;
using TwoStory.Core.Data;

namespace TwoStory.Core.Alerts;

/// <summary>A notification to create.</summary>
/// <param name="Cause">The stable name of the event: an organization never has two notifications with the same cause.</param>
sealed record NewNotification(
    Guid LeadId, NotificationKind Kind, string Cause, string? ListingKey, string? ListingId, string Title, string Body, Evidence Evidence);

/// <summary>Writes notifications in the transaction of their decisions.</summary>
static class NotificationWriter
{
    static readonly Counter<long> Written = Instrumentation.Meter.CreateCounter<long>(
        "twostory.notifications", "{notification}", "Notifications written, by kind; those of a transaction that is rolled back count too.");

    /// <param name="transaction">The transaction of the decisions.</param>
    /// <param name="organizationId">The organization of the user and the leads.</param>
    /// <param name="runId">The run of the decisions; null for a refresh outside of a run.</param>
    /// <param name="userId">The recipient.</param>
    /// <param name="notifications">The notifications to write.</param>
    /// <returns>The causes that were new.</returns>
    public static async Task<IReadOnlySet<string>> AddAsync(
        Transaction transaction, Guid organizationId, Guid? runId, Guid userId, IReadOnlyList<NewNotification> notifications)
    {
        if (notifications.Count == 0) return new HashSet<string>();
        var written = await transaction.QueryAsync<string>(
            """
            insert into notifications (id, organization_id, user_id, lead_id, kind, cause, listing_key, listing_id, title, body, evidence, run_id)
            select n.id, @organizationId, @userId, n.lead_id, n.kind, n.cause, n.listing_key, n.listing_id, n.title, n.body, n.evidence::jsonb, @runId
            from unnest(@ids, @leads, @kinds, @causes, @keys, @listingIds, @titles, @bodies, @evidence)
                as n (id, lead_id, kind, cause, listing_key, listing_id, title, body, evidence)
            on conflict (organization_id, cause) do nothing
            returning cause
            """,
            new
            {
                organizationId,
                userId,
                runId,
                ids = notifications.Select(_ => Guid.CreateVersion7()).ToArray(),
                leads = notifications.Select(n => n.LeadId).ToArray(),
                kinds = notifications.Select(n => WireName.From(n.Kind)).ToArray(),
                causes = notifications.Select(n => n.Cause).ToArray(),
                keys = notifications.Select(n => n.ListingKey).ToArray(),
                listingIds = notifications.Select(n => n.ListingId).ToArray(),
                titles = notifications.Select(n => n.Title).ToArray(),
                bodies = notifications.Select(n => n.Body).ToArray(),
                evidence = notifications.Select(n => n.Evidence.ToJson()).ToArray(),
            });
        var causes = written.ToHashSet();
        foreach (var kind in notifications.Where(n => causes.Contains(n.Cause)).CountBy(n => WireName.From(n.Kind)))
        {
            Written.Add(kind.Value, new KeyValuePair<string, object?>("kind", kind.Key));
        }
        return causes;
    }
}
