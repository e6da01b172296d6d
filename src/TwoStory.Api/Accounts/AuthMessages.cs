using TwoStory.Core.Accounts;

namespace TwoStory.Api.Accounts;

sealed record Credentials(string? Email, string? Password);

sealed record RefreshRequest(string? RefreshToken);

/// <param name="ExpiresAt">The expiry of the access token, UTC.</param>
sealed record SignedIn(string AccessToken, string RefreshToken, DateTime ExpiresAt, User User)
{
    public static SignedIn From(Session session, AccessTokens tokens)
    {
        var (token, expires) = tokens.Issue(session);
        return new SignedIn(token, session.RefreshToken, expires, session.User);
    }
}

/// <param name="ExpiresAt">The expiry of the access token, UTC.</param>
sealed record Registered(string AccessToken, string RefreshToken, DateTime ExpiresAt, User User, Organization Organization);

/// <summary>The signed-in user and the organization.</summary>
sealed record Me(Guid Id, Guid OrganizationId, string Email, string Name, Role Role, DateTime CreatedAt, Organization Organization);

/// <param name="NewPassword">10 to 72 bytes.</param>
sealed record PasswordChange(string? CurrentPassword, string? NewPassword);

sealed record ForgottenPassword(string? Email);

/// <param name="Token">The token of the link.</param>
/// <param name="Password">10 to 72 bytes.</param>
sealed record PasswordReset(string? Token, string? Password);
