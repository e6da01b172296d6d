using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Accounts;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Alerts;

namespace TwoStory.Api.Alerts;

static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder api)
    {
        var own = api.MapGroup("notifications").WithTags("Notifications").RequireAuthorization(Policies.User);
        own.MapGet("", List).WithName("ListNotifications").ChecksSessionInQuery().Fails(400);
        own.MapGet("unread-count", UnreadCount).WithName("CountUnreadNotifications").ChecksSessionInQuery();
        own.MapGet("{id:guid}", Get).WithName("GetNotification").ChecksSessionInQuery().Fails(404);
        own.MapPut("{id:guid}/read", MarkRead).WithName("MarkNotificationRead").Fails(404);
        own.MapPost("mark-all-read", MarkAllRead).WithName("MarkAllNotificationsRead");
        own.MapDelete("{id:guid}", Delete).WithName("DeleteNotification").Fails(404);
    }

    /// <summary>Lists the caller's notifications, newest first.</summary>
    internal static Task<Page<Notification>> List(
        [FromQuery] bool? unread, [FromQuery] int? limit, [FromQuery] string? after, Caller caller, NotificationStore notifications,
        CancellationToken cancel) =>
        notifications.ListAsync(caller, unread, PageRequest.Parse(limit, after), cancel);

    /// <summary>Gets the number of unread notifications.</summary>
    internal static async Task<NotificationCount> UnreadCount(Caller caller, NotificationStore notifications, CancellationToken cancel) =>
        new(await notifications.UnreadAsync(caller, cancel));

    /// <summary>Gets a notification with its evidence.</summary>
    internal static Task<NotificationDetail> Get(Guid id, Caller caller, NotificationStore notifications, CancellationToken cancel) =>
        notifications.GetAsync(caller, id, cancel);

    /// <summary>Marks a notification as read.</summary>
    internal static async Task<NoContent> MarkRead(Guid id, Caller caller, NotificationStore notifications, CancellationToken cancel)
    {
        await notifications.MarkReadAsync(caller, id, cancel);
        return TypedResults.NoContent();
    }

    /// <summary>Marks all notifications of the caller as read. Returns the number that were unread.</summary>
    internal static async Task<NotificationCount> MarkAllRead(Caller caller, NotificationStore notifications, CancellationToken cancel) =>
        new(await notifications.MarkAllReadAsync(caller, cancel));

    /// <summary>Deletes a notification.</summary>
    internal static async Task<NoContent> Delete(Guid id, Caller caller, NotificationStore notifications, CancellationToken cancel)
    {
        await notifications.DeleteAsync(caller, id, cancel);
        return TypedResults.NoContent();
    }
}

sealed record NotificationCount(long Count);
