namespace TwoStory.Functions.Http;

/// <summary>Users and invitations in Azure; the endpoints are <c>TeamEndpoints</c>'.</summary>
public sealed class TeamFunctions(ApiPipeline api)
{
    [Function("ListUsers")]
    public Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "organization/users")] HttpRequest request) => api.Run(request);

    [Function("UpdateUser")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "organization/users/{userId:guid}")] HttpRequest request) => api.Run(request);

    [Function("RemoveUser")]
    public Task<IResult> Remove(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "organization/users/{userId:guid}")] HttpRequest request) => api.Run(request);

    [Function("InviteUser")]
    public Task<IResult> Invite(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "organization/users/invite")] HttpRequest request) => api.Run(request);

    [Function("ListInvitations")]
    public Task<IResult> ListInvitations(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "organization/users/invitations")] HttpRequest request) => api.Run(request);

    [Function("ResendInvitation")]
    public Task<IResult> ResendInvitation(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "organization/users/invitations/{id:guid}/resend")] HttpRequest request) => api.Run(request);

    [Function("RevokeInvitation")]
    public Task<IResult> RevokeInvitation(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "organization/users/invitations/{id:guid}")] HttpRequest request) => api.Run(request);
}
