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
        own.MapGet("", List).WithName("ListNotifications").WithSummary("The caller's notifications, newest first.").Fails(400);
        own.MapGet("unread-count", UnreadCount).WithName("CountUnreadNotifications").WithSummary("How many notifications the caller has not read.");
        own.MapGet("{id:guid}", Get).WithName("GetNotification").WithSummary("One notification with the evidence for it.").Fails(404);
        own.MapPut("{id:guid}/read", MarkRead).WithName("MarkNotificationRead").WithSummary("Mark a notification as read.").Fails(404);
        own.MapPost("mark-all-read", MarkAllRead).WithName("MarkAllNotificationsRead").WithSummary("Mark all of the caller's notifications as read; answers how many were unread.");
        own.MapDelete("{id:guid}", Delete).WithName("DeleteNotification").WithSummary("Delete a notification.").Fails(404);
    }

    static Task<Page<Notification>> List(
        [FromQuery] bool? unread, [FromQuery] int? limit, [FromQuery] string? after, Caller caller, NotificationStore notifications, CancellationToken cancel) =>
        notifications.ListAsync(caller, unread, PageRequest.Parse(limit, after), cancel);

    static async Task<NotificationCount> UnreadCount(Caller caller, NotificationStore notifications, CancellationToken cancel) =>
        new(await notifications.UnreadAsync(caller, cancel));

    static Task<NotificationDetail> Get(Guid id, Caller caller, NotificationStore notifications, CancellationToken cancel) =>
        notifications.GetAsync(caller, id, cancel);

    static async Task<NoContent> MarkRead(Guid id, Caller caller, NotificationStore notifications, CancellationToken cancel)
    {
        await notifications.MarkReadAsync(caller, id, cancel);
        return TypedResults.NoContent();
    }

    static async Task<NotificationCount> MarkAllRead(Caller caller, NotificationStore notifications, CancellationToken cancel) =>
        new(await notifications.MarkAllReadAsync(caller, cancel));

    static async Task<NoContent> Delete(Guid id, Caller caller, NotificationStore notifications, CancellationToken cancel)
    {
        await notifications.DeleteAsync(caller, id, cancel);
        return TypedResults.NoContent();
    }
}

sealed record NotificationCount(long Count);
