namespace TwoStory.Functions.Http;

/// <summary>Notifications in Azure; the endpoints are <c>NotificationEndpoints</c>'.</summary>
public sealed class NotificationFunctions(ApiPipeline api)
{
    [Function("ListNotifications")]
    public Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "notifications")] HttpRequest request) => api.Run(request);

    [Function("CountUnreadNotifications")]
    public Task<IResult> CountUnread(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "notifications/unread-count")] HttpRequest request) => api.Run(request);

    [Function("GetNotification")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "notifications/{id:guid}")] HttpRequest request) => api.Run(request);

    [Function("MarkNotificationRead")]
    public Task<IResult> MarkRead(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "notifications/{id:guid}/read")] HttpRequest request) => api.Run(request);

    [Function("MarkAllNotificationsRead")]
    public Task<IResult> MarkAllRead(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "notifications/mark-all-read")] HttpRequest request) => api.Run(request);

    [Function("DeleteNotification")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "notifications/{id:guid}")] HttpRequest request) => api.Run(request);
}
