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
        open.MapPost("logout", SignOut).WithName("Logout").Fails(400, 401);

        var user = api.MapGroup("auth").WithTags("Sign-in").RequireAuthorization(Policies.User);
        user.MapGet("me", Me).WithName("Me");
    }

    static async Task<Created<Registered>> Register(
        NewOrganization request, RegistrationService registration, AccessTokens tokens, ApiOptions options, HttpContext context, CancellationToken cancel)
    {
        var (session, organization) = await registration.RegisterAsync(request, ClientAddress.Of(context, options), cancel);
        var (token, expires) = tokens.Issue(session);
        return TypedResults.Created("/api/auth/me", new Registered(token, session.RefreshToken, expires, session.User, organization));
    }

    static async Task<SignedIn> SignIn(
        Credentials request, SessionService sessions, AccessTokens tokens, ApiOptions options, HttpContext context, CancellationToken cancel) =>
        SignedIn.Of(await sessions.SignInAsync(request.Email, request.Password, ClientAddress.Of(context, options), cancel), tokens);

    static async Task<SignedIn> Refresh(
        RefreshRequest request, SessionService sessions, AccessTokens tokens, ApiOptions options, HttpContext context, CancellationToken cancel) =>
        SignedIn.Of(await sessions.RefreshAsync(request.RefreshToken, ClientAddress.Of(context, options), cancel), tokens);

    // Open, so that a session can be ended by its refresh token when its access token has expired.
    static async Task<NoContent> SignOut(RefreshRequest? request, CurrentCaller current, SessionService sessions, CancellationToken cancel)
    {
        if (current.Caller is null && string.IsNullOrEmpty(request?.RefreshToken))
        {
            throw new Unauthorized("authentication_required", "Send the access token, or the refresh token in the body.");
        }
        if (current.Caller is not null) await sessions.EndAsync(current.Caller, cancel);
        if (!string.IsNullOrEmpty(request?.RefreshToken)) await sessions.EndAsync(request.RefreshToken, cancel);
        return TypedResults.NoContent();
    }

    static async Task<Me> Me(Caller caller, UserStore users, OrganizationStore organizations, CancellationToken cancel)
    {
        var user = await users.FindAsync(caller.OrganizationId, caller.UserId, cancel)
            ?? throw new Unauthorized("session_ended", "The session has ended. Sign in again.");
        var organization = await organizations.GetAsync(caller.OrganizationId, cancel);
        return new Me(user.Id, user.OrganizationId, user.Email, user.Name, user.Role, user.CreatedAt, organization);
    }
}

sealed record Credentials(string? Email, string? Password);

sealed record RefreshRequest(string? RefreshToken);

/// <param name="ExpiresAt">When the access token ends, UTC.</param>
sealed record SignedIn(string AccessToken, string RefreshToken, DateTime ExpiresAt, User User)
{
    public static SignedIn Of(Session session, AccessTokens tokens)
    {
        var (token, expires) = tokens.Issue(session);
        return new SignedIn(token, session.RefreshToken, expires, session.User);
    }
}

/// <param name="ExpiresAt">When the access token ends, UTC.</param>
sealed record Registered(string AccessToken, string RefreshToken, DateTime ExpiresAt, User User, Organization Organization);

/// <summary>The signed-in user, with their organization.</summary>
sealed record Me(Guid Id, Guid OrganizationId, string Email, string Name, Role Role, DateTime CreatedAt, Organization Organization);
