using System.Text.Json;
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
    sealed record Row(
        Guid Id, Guid LeadId, string Kind, string? ListingKey, string? ListingId, string Title, string Body, DateTime? ReadAt, DateTime CreatedAt)
    {
        public Notification Notification => new(
            Id, LeadId, WireName.Parse<NotificationKind>(Kind), ListingKey, ListingId, Title, Body, ReadAt, CreatedAt);
    }

    const string Columns = "select id, lead_id, kind, listing_key, listing_id, title, body, read_at, created_at from notifications";
    const string Own = "where organization_id = @organizationId and user_id = @UserId";

    /// <summary>Newest first.</summary>
    /// <param name="caller">The owner of the notifications.</param>
    /// <param name="unread">True: unread only; false: read only; null: all.</param>
    /// <param name="page">The page to return.</param>
    /// <param name="cancel">Cancels the query.</param>
    public async Task<Page<Notification>> ListAsync(Caller caller, bool? unread, PageRequest page, CancellationToken cancel)
    {
        var state = unread switch { null => "", true => "and read_at is null", false => "and read_at is not null" };
        var after = page.After is null ? "" : "and (created_at, id) < (@createdAt, @id)";
        var rows = await database.Tenant(caller.OrganizationId).QueryAsync<Row>(
            $"{Columns} {Own} {state} {after} order by created_at desc, id desc limit @limit",
            new { caller.UserId, createdAt = page.After?.CreatedAt, id = page.After?.Id, limit = page.Limit + 1 }, cancel);
        return Page.Create([.. rows.Select(row => row.Notification)], page.Limit, row => new Cursor(row.CreatedAt, row.Id));
    }

    /// <exception cref="NotFoundException">The caller has no such notification.</exception>
    public async Task<NotificationDetail> GetAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var tenant = database.Tenant(caller.OrganizationId);
        var row = await tenant.QueryFirstAsync<Row>($"{Columns} {Own} and id = @id", new { caller.UserId, id }, cancel) ?? throw Missing();
        var evidence = await tenant.QueryFirstAsync<string>($"select evidence::text from notifications {Own} and id = @id", new { caller.UserId, id }, cancel);
        var (_, leadId, kind, listingKey, listingId, title, body, readAt, createdAt) = row.Notification;
        return new NotificationDetail(
            id, leadId, kind, listingKey, listingId, title, body, readAt, createdAt,
            JsonElement.Parse(evidence ?? throw Missing()));
    }

    public async Task<long> UnreadAsync(Caller caller, CancellationToken cancel) =>
        await database.Tenant(caller.OrganizationId).QueryFirstAsync<long>(
            $"select count(*) from notifications {Own} and read_at is null", new { caller.UserId }, cancel);

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
