using System.Text.Json;
using Npgsql;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Alerts;

/// <summary>The subject of a notification.</summary>
public enum NotificationKind
{
    NearbySale,
    ValueChange,
}

/// <summary>A notification to an agent about a lead.</summary>
/// <param name="ListingKey">The key of the sale's listing; null for a value change.</param>
/// <param name="ListingId">The MLS number of the sale; null for a value change.</param>
/// <param name="ReadAt">UTC; null while unread.</param>
public sealed record Notification(
    Guid Id, Guid LeadId, NotificationKind Kind, string? ListingKey, string? ListingId, string Title, string Body, DateTime? ReadAt, DateTime CreatedAt);

/// <summary>A notification with its evidence.</summary>
/// <param name="Evidence">The observation, the rule and the state: evaluating them again gives the same decision.</param>
public sealed record NotificationDetail(
    Guid Id, Guid LeadId, NotificationKind Kind, string? ListingKey, string? ListingId, string Title, string Body, DateTime? ReadAt, DateTime CreatedAt,
    JsonElement Evidence);

/// <summary>Reads and updates a user's own notifications.</summary>
public sealed class NotificationStore(Database database)
{
    const string Columns = "id, lead_id, kind, listing_key, listing_id, title, body, read_at, created_at";
    const string Own = "where organization_id = @organizationId and user_id = @UserId";

    /// <summary>Newest first.</summary>
    /// <param name="caller">The owner of the notifications.</param>
    /// <param name="unread">True: unread only; false: read only; null: all.</param>
    /// <param name="page">The page to return.</param>
    /// <param name="cancel">Cancels the query.</param>
    public async Task<Page<Notification>> ListAsync(Caller caller, bool? unread, PageRequest page, CancellationToken cancel)
    {
        var rows = await database.Tenant(caller).RowsAsync(Select(caller, unread, page), Read, cancel);
        return Page.Create(rows, page.Limit, row => new Cursor(row.CreatedAt, row.Id));
    }

    /// <summary>Selects a page of notifications and one more, newest first, to be read by <see cref="Read"/>.</summary>
    internal static TenantStatement Select(Caller caller, bool? unread, PageRequest page)
    {
        var state = unread switch { null => "", true => "and read_at is null", false => "and read_at is not null" };
        var sql =
            $"""
            select {Columns} from notifications
            where organization_id = $1 and user_id = $2 {state} {(page.After is null ? "" : "and (created_at, id) < ($4, $5)")}
            order by created_at desc, id desc limit $3
            """;
        return page.After is { } after
            ? new(sql, caller.UserId, page.Limit + 1, after.CreatedAt, after.Id)
            : new(sql, caller.UserId, page.Limit + 1);
    }

    internal static Notification Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), WireName.Parse<NotificationKind>(row.GetString(2)), row.GetNullable<string>(3), row.GetNullable<string>(4),
        row.GetString(5), row.GetString(6), row.GetNullable<DateTime?>(7), row.GetDateTime(8));

    /// <exception cref="NotFoundException">The caller has no such notification.</exception>
    public async Task<NotificationDetail> GetAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var rows = await database.Tenant(caller).RowsAsync(
            new($"select {Columns}, evidence::text from notifications where organization_id = $1 and user_id = $2 and id = $3", caller.UserId, id),
            row => (Notification: Read(row), Evidence: row.GetString(9)), cancel);
        if (rows.Count == 0) throw Missing();
        var (_, leadId, kind, listingKey, listingId, title, body, readAt, createdAt) = rows[0].Notification;
        return new NotificationDetail(
            id, leadId, kind, listingKey, listingId, title, body, readAt, createdAt, JsonElement.Parse(rows[0].Evidence));
    }

    public async Task<long> UnreadAsync(Caller caller, CancellationToken cancel) =>
        (await database.Tenant(caller).RowsAsync(SelectUnread(caller), row => row.GetInt64(0), cancel))[0];

    /// <summary>Selects the number of unread notifications.</summary>
    internal static TenantStatement SelectUnread(Caller caller) => new(
        "select coalesce(sum(unread), 0)::bigint from unread_counts where organization_id = $1 and user_id = $2", caller.UserId);

    /// <summary>Marks a notification as read; the time of the first call stays.</summary>
    /// <exception cref="NotFoundException">The caller has no such notification.</exception>
    public async Task MarkReadAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var marked = await database.Tenant(caller.OrganizationId).ExecuteAsync(
            $"update notifications set read_at = coalesce(read_at, now()) {Own} and id = @id", new { caller.UserId, id }, cancel);
        if (marked == 0) throw Missing();
    }

    /// <returns>The number of notifications that were unread.</returns>
    public Task<int> MarkAllReadAsync(Caller caller, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).ExecuteAsync(
            $"update notifications set read_at = now() {Own} and read_at is null", new { caller.UserId }, cancel);

    /// <exception cref="NotFoundException">The caller has no such notification.</exception>
    public async Task DeleteAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var deleted = await database.Tenant(caller.OrganizationId).ExecuteAsync(
            $"delete from notifications {Own} and id = @id", new { caller.UserId, id }, cancel);
        if (deleted == 0) throw Missing();
    }

    static NotFoundException Missing() => new("notification_not_found", "There is no such notification.");
}
