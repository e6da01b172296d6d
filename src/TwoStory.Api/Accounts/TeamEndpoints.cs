using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Accounts;

static class TeamEndpoints
{
    public static void MapTeam(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("organization/users").WithTags("Team").RequireAuthorization(Policies.Admin);
        users.MapGet("", List).WithName("ListUsers").Fails(400, 403);
        users.MapPut("{userId:guid}", Change).WithName("UpdateUser").Fails(400, 403, 404, 409);
        users.MapDelete("{userId:guid}", Remove).WithName("RemoveUser").Fails(400, 403, 404, 409);
        users.MapPost("invite", Invite).WithName("InviteUser").TakesIdempotencyKey().Fails(400, 403, 409, 422);

        var invitations = users.MapGroup("invitations");
        invitations.MapGet("", ListInvitations).WithName("ListInvitations").Fails(400, 403);
        invitations.MapPost("{id:guid}/resend", Resend).WithName("ResendInvitation").Fails(403, 404);
        invitations.MapDelete("{id:guid}", Revoke).WithName("RevokeInvitation").Fails(403, 404);
    }

    /// <summary>Lists the users of the organization.</summary>
    internal static Task<Page<User>> List([FromQuery] int? limit, [FromQuery] string? after, Caller caller, UserStore users, CancellationToken cancel) =>
        users.ListAsync(caller.OrganizationId, PageRequest.Parse(limit, after), cancel);

    /// <summary>Changes the name or the role of a user.</summary>
    internal static Task<User> Change(Guid userId, UserChanges changes, Caller caller, TeamService team, CancellationToken cancel) =>
        team.ChangeAsync(caller, userId, changes, cancel);

    /// <summary>Removes a user immediately and reassigns their leads.</summary>
    internal static async Task<NoContent> Remove(Guid userId, [FromQuery] Guid? leadsTo, Caller caller, TeamService team, CancellationToken cancel)
    {
        await team.RemoveAsync(caller, userId, leadsTo, cancel);
        return TypedResults.NoContent();
    }

    /// <summary>Invites a person by e-mail.</summary>
    internal static async Task<Created<Invitation>> Invite(
        NewInvitation request, Caller caller, InvitationService invitations, NewResource resource, CancellationToken cancel) =>
        TypedResults.Created("/api/organization/users/invitations", await invitations.InviteAsync(caller, request, resource.Id, cancel));

    /// <summary>Lists the invitations that are not accepted or revoked.</summary>
    internal static Task<Page<Invitation>> ListInvitations(
        [FromQuery] int? limit, [FromQuery] string? after, Caller caller, InvitationStore invitations, CancellationToken cancel) =>
        invitations.ListAsync(caller.OrganizationId, PageRequest.Parse(limit, after), cancel);

    /// <summary>Sends an invitation again with a new link.</summary>
    internal static Task<Invitation> Resend(Guid id, Caller caller, InvitationService invitations, CancellationToken cancel) =>
        invitations.ResendAsync(caller, id, cancel);

    /// <summary>Revokes an invitation.</summary>
    internal static async Task<NoContent> Revoke(Guid id, Caller caller, InvitationService invitations, CancellationToken cancel)
    {
        await invitations.RevokeAsync(caller, id, cancel);
        return TypedResults.NoContent();
    }
}
