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
        open.MapPost("register", Register).WithName("Register").Fails(400, 409, 429);
        open.MapPost("login", SignIn).WithName("Login").Fails(400, 401, 429);
        open.MapPost("refresh", Refresh).WithName("Refresh").Fails(400, 401, 429);
        open.MapPost("accept-invite", AcceptInvitation).WithName("AcceptInvitation").Fails(400, 404, 409, 429);
        open.MapPost("forgot-password", ForgotPassword).WithName("ForgotPassword").Fails(400, 429);
        open.MapPost("reset-password", ResetPassword).WithName("ResetPassword").Fails(400, 404, 429);
        open.MapPost("logout", SignOut).WithName("Logout").Fails(400, 401);

        var user = api.MapGroup("auth").WithTags("Sign-in").RequireAuthorization(Policies.User);
        user.MapGet("me", Me).WithName("Me").ChecksSessionInQuery();
        user.MapPost("change-password", ChangePassword).WithName("ChangePassword").Fails(400, 429);
    }

    /// <summary>Creates an organization and its owner, and signs in.</summary>
    internal static async Task<Created<Registered>> Register(
        NewOrganization request, RegistrationService registration, AccessTokens tokens, HttpContext context, CancellationToken cancel)
    {
        var (session, organization) = await registration.RegisterAsync(request, ClientOrigin.From(context), cancel);
        var (token, expires) = tokens.Issue(session);
        return TypedResults.Created("/api/auth/me", new Registered(token, session.RefreshToken, expires, session.User, organization));
    }

    /// <summary>Signs in.</summary>
    internal static async Task<SignedIn> SignIn(
        Credentials request, SessionService sessions, AccessTokens tokens, HttpContext context, CancellationToken cancel) =>
        SignedIn.From(await sessions.SignInAsync(request.Email, request.Password, ClientOrigin.From(context), cancel), tokens);

    /// <summary>Exchanges a refresh token for a new pair of tokens. Each refresh token can be used once.</summary>
    internal static async Task<SignedIn> Refresh(
        RefreshRequest request, SessionService sessions, AccessTokens tokens, HttpContext context, CancellationToken cancel) =>
        SignedIn.From(await sessions.RefreshAsync(request.RefreshToken, ClientOrigin.From(context), cancel), tokens);

    /// <summary>Accepts an invitation: creates the user and signs in.</summary>
    internal static async Task<Created<SignedIn>> AcceptInvitation(
        NewMember request, InvitationService invitations, AccessTokens tokens, HttpContext context, CancellationToken cancel) =>
        TypedResults.Created("/api/auth/me", SignedIn.From(await invitations.AcceptAsync(request, ClientOrigin.From(context), cancel), tokens));

    /// <summary>Sends a link to set a new password. The response is the same for every address.</summary>
    internal static async Task<Accepted> ForgotPassword(
        ForgottenPassword request, PasswordResetService resets, HttpContext context, CancellationToken cancel)
    {
        await resets.RequestAsync(request.Email, ClientOrigin.From(context), cancel);
        return TypedResults.Accepted((string?)null);
    }

    /// <summary>Sets a new password with the token of the link. Ends all sessions of the user.</summary>
    internal static async Task<NoContent> ResetPassword(
        PasswordReset request, PasswordResetService resets, HttpContext context, CancellationToken cancel)
    {
        await resets.ResetAsync(request.Token, request.Password, ClientOrigin.From(context), cancel);
        return TypedResults.NoContent();
    }

    /// <summary>Changes the password. Ends all other sessions of the user.</summary>
    internal static async Task<SignedIn> ChangePassword(
        PasswordChange request, Caller caller, PasswordService passwords, AccessTokens tokens, CancellationToken cancel) =>
        SignedIn.From(await passwords.ChangeAsync(caller, request.CurrentPassword, request.NewPassword, cancel), tokens);

    /// <summary>Ends the session.</summary>
    // Anonymous, so that a refresh token can end its session after the access token has expired.
    internal static async Task<NoContent> SignOut(RefreshRequest? request, CurrentCaller current, SessionService sessions, CancellationToken cancel)
    {
        if (current.Caller is null && string.IsNullOrEmpty(request?.RefreshToken))
        {
            throw new UnauthorizedException("authentication_required", "Send the access token, or the refresh token in the body.");
        }
        if (current.Caller is not null) await sessions.EndAsync(current.Caller, cancel);
        if (!string.IsNullOrEmpty(request?.RefreshToken)) await sessions.EndAsync(request.RefreshToken, cancel);
        return TypedResults.NoContent();
    }

    /// <summary>Gets the signed-in user and the organization.</summary>
    internal static async Task<Me> Me(Caller caller, OrganizationStore organizations, CancellationToken cancel)
    {
        var (user, organization) = await organizations.MeAsync(caller, cancel);
        return new Me(user.Id, user.OrganizationId, user.Email, user.Name, user.Role, user.CreatedAt, organization);
    }
}
