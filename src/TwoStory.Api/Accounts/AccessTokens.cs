using System.Collections.Concurrent;
using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Api.Accounts;

/// <summary>Issues and validates access tokens: JWT with HS256.</summary>
sealed class AccessTokens(ApiOptions options, SessionLifetimes lifetimes, TimeProvider time)
{
    const string Issuer = "twostory";
    const string Audience = "twostory-api";

    // The clock of the instance that issued a token can be ahead by this much.
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    readonly SymmetricSecurityKey key = new(Encoding.UTF8.GetBytes(options.JwtSecret));
    readonly JwtSecurityTokenHandler handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    // A token is validated once; its session is checked at each request.
    const int MaxValidated = 10_000;
    readonly ConcurrentDictionary<string, Claimed> validated = new();

    /// <summary>The claims of a token. The database decides whether its session is still valid.</summary>
    public sealed record Claimed(Guid OrganizationId, Guid UserId, Guid SessionId, int Version, Role Role, string Email, DateTime ExpiresAt)
    {
        /// <summary>The session, to be checked by the first database command of one request.</summary>
        public UncheckedSession Session() => new(OrganizationId, UserId, SessionId, Version, WireName.From(Role));
    }

    public (string Token, DateTime ExpiresAt) Issue(Session session)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
        var expires = now + lifetimes.AccessToken;
        var token = handler.CreateEncodedJwt(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = expires,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
            Claims = new Dictionary<string, object>
            {
                ["userId"] = session.User.Id.ToString(),
                ["organizationId"] = session.User.OrganizationId.ToString(),
                ["role"] = WireName.From(session.User.Role),
                ["email"] = session.User.Email,
                ["sid"] = session.Id.ToString(),
                ["ver"] = session.Version,
            },
        });
        return (token, expires);
    }

    /// <exception cref="UnauthorizedException">The token is invalid or expired.</exception>
    public Claimed Read(string token)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (validated.TryGetValue(hash, out var known) && known.ExpiresAt > Now) return known;
        var claimed = Validate(token);
        if (validated.Count >= MaxValidated) validated.Clear();
        validated[hash] = claimed;
        return claimed;
    }

    Claimed Validate(string token)
    {
        try
        {
            var principal = handler.ValidateToken(token, Parameters(), out var valid);
            return new Claimed(
                Id(principal, "organizationId"), Id(principal, "userId"), Id(principal, "sid"),
                int.Parse(principal.FindFirstValue("ver")!, System.Globalization.CultureInfo.InvariantCulture),
                WireName.Parse<Role>(principal.FindFirstValue("role") ?? ""), principal.FindFirstValue("email") ?? "", valid.ValidTo);
        }
        catch (SecurityTokenExpiredException)
        {
            throw new UnauthorizedException("token_expired", "The access token has expired. Refresh it or sign in again.");
        }
        catch (Exception error) when (error is SecurityTokenException or ArgumentException or FormatException or OverflowException)
        {
            throw new UnauthorizedException("invalid_token", "The access token is invalid.");
        }
    }

    TokenValidationParameters Parameters() => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        IssuerSigningKey = key,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (begins, expires, _, _) =>
            (expires > Now ? true : throw new SecurityTokenExpiredException()) && (begins is null || begins <= Now + Skew),
    };

    DateTime Now => time.GetUtcNow().UtcDateTime;

    static Guid Id(ClaimsPrincipal principal, string claim) => Guid.Parse(principal.FindFirstValue(claim)!);
}
