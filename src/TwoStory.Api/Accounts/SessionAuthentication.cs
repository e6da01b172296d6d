using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Accounts;

/// <summary>
/// Authenticates bearer tokens and checks their sessions in the database, unless the route does that with its query; see
/// <see cref="SessionCheck"/>.
/// </summary>
sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, AccessTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "Bearer";
    const string Prefix = "Bearer ";

    ProblemException? failure;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0) return AuthenticateResult.NoResult();
        try
        {
            var caller = await CallerAsync(header);
            Context.RequestServices.GetRequiredService<CurrentCaller>().Caller = caller;
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, WireName.From(caller.Role))], SchemeName);
            return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
        }
        catch (ProblemException error) when (error is UnauthorizedException or ForbiddenException)
        {
            failure = error;
            return AuthenticateResult.Fail(error);
        }
    }

    async Task<Caller> CallerAsync(string header)
    {
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            throw new UnauthorizedException("invalid_token", "Send the access token as: Authorization: Bearer.");
        }
        var claimed = tokens.Read(header[Prefix.Length..].Trim());
        if (!SessionCheck.IsInQuery(Context)) return await SessionCheck.CallerAsync(Context, claimed.Session());
        return new Caller(claimed.UserId, claimed.OrganizationId, claimed.Role, claimed.Email, claimed.SessionId)
        {
            Origin = ClientOrigin.From(Context),
            Unchecked = claimed.Session(),
        };
    }

    // Thrown, so that the exception handler writes the problem. The token of a paused user is valid but gets 403.
    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        throw failure ?? new UnauthorizedException("authentication_required", "Sign in first, and send the access token as: Authorization: Bearer.");

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        throw new ForbiddenException("role_required", "Your role does not allow this.");
}

/// <summary>The caller of the present request; null before authentication.</summary>
sealed class CurrentCaller
{
    public Caller? Caller { get; set; }
}
