using TwoStory.Core.Data;

namespace TwoStory.Core.Alerts;

/// <summary>A notification to be made.</summary>
/// <param name="Cause">What it tells of: one notification per organization and cause, ever.</param>
sealed record NewNotification(
    Guid LeadId, string Kind, string Cause, string? ListingKey, string? ListingId, string Title, string Body, Evidence Evidence);

/// <summary>Writes notifications in the transaction of the decision that made them.</summary>
static class NotificationWriter
{
    /// <param name="transaction">That of the decision.</param>
    /// <param name="organizationId">Whose.</param>
    /// <param name="runId">The run that decided; null when somebody asked for it outside of a run.</param>
    /// <param name="userId">Who is told.</param>
    /// <param name="notifications">What they are told.</param>
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
                kinds = notifications.Select(n => n.Kind).ToArray(),
                causes = notifications.Select(n => n.Cause).ToArray(),
                keys = notifications.Select(n => n.ListingKey).ToArray(),
                listingIds = notifications.Select(n => n.ListingId).ToArray(),
                titles = notifications.Select(n => n.Title).ToArray(),
                bodies = notifications.Select(n => n.Body).ToArray(),
                evidence = notifications.Select(n => n.Evidence.ToJson()).ToArray(),
            });
        return written.ToHashSet();
    }
}
