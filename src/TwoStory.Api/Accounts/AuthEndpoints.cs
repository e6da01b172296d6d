using Microsoft.AspNetCore.Http.HttpResults;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Accounts;

static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder api)
    {
        var open = api.MapGroup("auth").WithTags("Sign-in").AllowAnonymous();
        open.MapPost("register", Register).WithName("Register").WithSummary("Create an organization and its owner, and sign in.").Fails(400, 409, 429);
        open.MapPost("login", SignIn).WithName("Login").WithSummary("Sign in.").Fails(400, 401, 429);
        open.MapPost("refresh", Refresh).WithName("Refresh").WithSummary("Exchange a refresh token for a new pair of tokens; each can be used once.").Fails(400, 401, 429);
        open.MapPost("accept-invite", AcceptInvitation).WithName("AcceptInvitation").WithSummary("Follow an invitation: become a user, and sign in.").Fails(400, 404, 409, 429);
        open.MapPost("forgot-password", ForgotPassword).WithName("ForgotPassword").WithSummary("Ask for a link to set a new password; answers the same for every address.").Fails(400, 429);
        open.MapPost("reset-password", ResetPassword).WithName("ResetPassword").WithSummary("Set a new password by the link; ends all of the user's sessions.").Fails(400, 404, 429);
        open.MapPost("logout", SignOut).WithName("Logout").WithSummary("End the session.").Fails(400, 401);

        var user = api.MapGroup("auth").WithTags("Sign-in").RequireAuthorization(Policies.User);
        user.MapGet("me", Me).WithName("Me").WithSummary("The signed-in user and their organization.");
        user.MapPost("change-password", ChangePassword).WithName("ChangePassword").WithSummary("Change the password; ends the user's other sessions.").Fails(400, 429);
    }

    static async Task<Created<Registered>> Register(
        NewOrganization request, RegistrationService registration, AccessTokens tokens, ApiOptions options, HttpContext context, CancellationToken cancel)
    {
        var (session, organization) = await registration.RegisterAsync(request, ClientOrigin.From(context, options), cancel);
        var (token, expires) = tokens.Issue(session);
        return TypedResults.Created("/api/auth/me", new Registered(token, session.RefreshToken, expires, session.User, organization));
    }

    static async Task<SignedIn> SignIn(
        Credentials request, SessionService sessions, AccessTokens tokens, ApiOptions options, HttpContext context, CancellationToken cancel) =>
        SignedIn.From(await sessions.SignInAsync(request.Email, request.Password, ClientOrigin.From(context, options), cancel), tokens);

    static async Task<SignedIn> Refresh(
        RefreshRequest request, SessionService sessions, AccessTokens tokens, ApiOptions options, HttpContext context, CancellationToken cancel) =>
        SignedIn.From(await sessions.RefreshAsync(request.RefreshToken, ClientOrigin.From(context, options), cancel), tokens);

    static async Task<Created<SignedIn>> AcceptInvitation(
        NewMember request, InvitationService invitations, AccessTokens tokens, ApiOptions options, HttpContext context, CancellationToken cancel) =>
        TypedResults.Created("/api/auth/me", SignedIn.From(await invitations.AcceptAsync(request, ClientOrigin.From(context, options), cancel), tokens));

    static async Task<Accepted> ForgotPassword(
        ForgottenPassword request, PasswordResetService resets, ApiOptions options, HttpContext context, CancellationToken cancel)
    {
        await resets.RequestAsync(request.Email, ClientOrigin.From(context, options), cancel);
        return TypedResults.Accepted((string?)null);
    }

    static async Task<NoContent> ResetPassword(
        PasswordReset request, PasswordResetService resets, ApiOptions options, HttpContext context, CancellationToken cancel)
    {
        await resets.ResetAsync(request.Token, request.Password, ClientOrigin.From(context, options), cancel);
        return TypedResults.NoContent();
    }

    static async Task<SignedIn> ChangePassword(
        PasswordChange request, Caller caller, PasswordService passwords, AccessTokens tokens, CancellationToken cancel) =>
        SignedIn.From(await passwords.ChangeAsync(caller, request.CurrentPassword, request.NewPassword, cancel), tokens);

    // Open, so that a session can be ended by its refresh token when its access token has expired.
    static async Task<NoContent> SignOut(RefreshRequest? request, CurrentCaller current, SessionService sessions, CancellationToken cancel)
    {
        if (current.Caller is null && string.IsNullOrEmpty(request?.RefreshToken))
        {
            throw new UnauthorizedException("authentication_required", "Send the access token, or the refresh token in the body.");
        }
        if (current.Caller is not null) await sessions.EndAsync(current.Caller, cancel);
        if (!string.IsNullOrEmpty(request?.RefreshToken)) await sessions.EndAsync(request.RefreshToken, cancel);
        return TypedResults.NoContent();
    }

    static async Task<Me> Me(Caller caller, UserStore users, OrganizationStore organizations, CancellationToken cancel)
    {
        var user = await users.FindAsync(caller.OrganizationId, caller.UserId, cancel)
            ?? throw new UnauthorizedException("session_ended", "The session has ended. Sign in again.");
        var organization = await organizations.GetAsync(caller.OrganizationId, cancel);
        return new Me(user.Id, user.OrganizationId, user.Email, user.Name, user.Role, user.CreatedAt, organization);
    }
}
