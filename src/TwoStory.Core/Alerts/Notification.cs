using System.Text.Json;

namespace TwoStory.Core.Alerts;

/// <summary>What a notification tells of.</summary>
public enum NotificationKind
{
    NearbySale,
    ValueChange,
}

/// <summary>Something that an agent should know of a lead.</summary>
/// <param name="ListingKey">The sale's; null for a value change.</param>
/// <param name="ListingId">The MLS number of the sale; null for a value change.</param>
/// <param name="ReadAt">UTC; null while unread.</param>
public sealed record Notification(
    Guid Id, Guid LeadId, NotificationKind Kind, string? ListingKey, string? ListingId, string Title, string Body, DateTime? ReadAt, DateTime CreatedAt);

/// <summary>A notification with what it was decided from.</summary>
/// <param name="Evidence">Observation, rule and state; deciding on them again gives the same.</param>
public sealed record NotificationDetail(
    Guid Id, Guid LeadId, NotificationKind Kind, string? ListingKey, string? ListingId, string Title, string Body, DateTime? ReadAt, DateTime CreatedAt,
    JsonElement Evidence);
