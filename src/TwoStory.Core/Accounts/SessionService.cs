using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>The lifetimes of tokens. Configuration section <c>Sessions</c>.</summary>
public sealed class SessionLifetimes
{
    /// <summary>How long an access token is valid, unless its session ends earlier.</summary>
    public TimeSpan AccessToken { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a session can be continued without a password after its last use.</summary>
    public TimeSpan RefreshToken { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a replaced refresh token still works, so that two browser tabs can refresh at the same time.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(10);

    public void Validate()
    {
        if (AccessToken <= TimeSpan.Zero || RefreshToken <= AccessToken || RefreshGrace < TimeSpan.Zero)
        {
            throw new SettingException("Sessions: AccessToken must be positive and shorter than RefreshToken; RefreshGrace must not be negative.");
        }
    }
}

/// <summary>A session: the content of its access token, and its refresh token.</summary>
/// <param name="Id">The family of refresh tokens.</param>
/// <param name="Version">The session version of the user. A higher version in the database ends this session.</param>
/// <param name="RefreshToken">Returned only once; the database stores its hash.</param>
public sealed record Session(Guid Id, User User, int Version, string RefreshToken);

/// <summary>Starts, continues and ends sessions.</summary>
public sealed class SessionService(
    Database database, UserStore users, SessionStore sessions, PasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits, AuditLog audit,
    SessionLifetimes lifetimes, TimeProvider time)
{
    /// <param name="email">The e-mail address, in any case.</param>
    /// <param name="password">The password in plain text.</param>
    /// <param name="origin">The origin of the request.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="UnauthorizedException">The user is unknown or the password is wrong. Both cases give the same result after the same work.</exception>
    /// <exception cref="TooManyAttemptsException">Too many attempts.</exception>
    public async Task<Session> SignInAsync(string? email, string? password, Origin origin, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var name = errors.Required("email", email, EmailAddress.MaxLength);
        errors.AddIf(string.IsNullOrEmpty(password), "password", "is required.");
        errors.ThrowIfAny();

        await attempts.TakeByAddressAsync("sign-in-address", origin, name, limits.SignInByAddress, cancel);
        await attempts.TakeByEmailAsync("sign-in-email", name, origin, limits.SignInByEmail, cancel);
        var login = await users.FindLoginAsync(name, cancel);
        if (!await hasher.VerifyAsync(password!, login?.PasswordHash, cancel))
        {
            await audit.AddAsync(new AuditEntry(AuditAction.SignInFailed, login?.OrganizationId, login?.Id, origin), cancel);
            throw new UnauthorizedException("wrong_credentials", "The e-mail address or the password is wrong.");
        }
        await attempts.RefundAsync("sign-in-email", name, limits.SignInByEmail, cancel);
        return await database.TransactAsync(async transaction =>
        {
            await AuditLog.AddAsync(transaction, new AuditEntry(AuditAction.SignedIn, login!.OrganizationId, login.Id, origin));
            return await StartAsync(transaction, login.User, login.SessionVersion);
        }, cancel);
    }

    /// <summary>Starts a session of an authenticated user.</summary>
    /// <exception cref="ForbiddenException">The user is paused.</exception>
    internal async Task<Session> StartAsync(Transaction transaction, User user, int version)
    {
        RequireNotPaused(user);
        await SessionStore.RemoveExpiredAsync(transaction, user, Now);
        var id = Guid.CreateVersion7();
        var (_, token) = await AddTokenAsync(transaction, user, id);
        return new Session(id, user, version, token);
    }

    /// <summary>Continues a session with a new refresh token.</summary>
    /// <exception cref="UnauthorizedException">The token is unknown, revoked, expired or already used. A used token also ends the session.</exception>
    public async Task<Session> RefreshAsync(string? refreshToken, Origin origin, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(refreshToken)) throw new ValidationException("refreshToken", "is required.");
        await attempts.TakeByAddressAsync("sign-in-address", origin, email: null, limits.SignInByAddress, cancel);
        var hash = SecretToken.Hash(refreshToken) ?? throw Ended();
        var session = await database.TransactAsync(transaction => RotateAsync(transaction, hash, origin), cancel);
        return session ?? throw Ended();
    }

    // Returns null instead of throwing, because an exception would roll back the revocation.
    async Task<Session?> RotateAsync(Transaction transaction, byte[] hash, Origin origin)
    {
        var token = await SessionStore.LockAsync(transaction, hash);
        if (token is null || token.RevokedAt is not null || token.ExpiresAt <= Now) return null;
        if (token.ReplacedAt is { } replaced && (token.SuccessorUsed || Now - replaced > lifetimes.RefreshGrace))
        {
            await SessionStore.RevokeAsync(transaction, token.FamilyId, Now);
            await AuditLog.AddAsync(
                transaction, new AuditEntry(AuditAction.RefreshTokenReused, token.OrganizationId, token.UserId, origin, $"{token.FamilyId}"));
            return null;
        }
        var login = await UserStore.FindLoginAsync(transaction, token.OrganizationId, token.UserId);
        if (login is null) return null;
        RequireNotPaused(login.User);
        var (id, next) = await AddTokenAsync(transaction, login.User, token.FamilyId);
        await SessionStore.ReplaceAsync(transaction, token.Id, id, Now);
        return new Session(token.FamilyId, login.User, login.SessionVersion, next);
    }

    /// <summary>Ends the session of a refresh token. An unknown token is not an error.</summary>
    public async Task EndAsync(string refreshToken, CancellationToken cancel)
    {
        if (SecretToken.Hash(refreshToken) is not { } hash) return;
        await database.TransactAsync(async transaction =>
            await SessionStore.LockAsync(transaction, hash) is { } token ? await SessionStore.RevokeAsync(transaction, token.FamilyId, Now) : 0, cancel);
    }

    public Task EndAsync(Caller caller, CancellationToken cancel) =>
        sessions.RevokeAsync(caller.OrganizationId, caller.UserId, caller.SessionId, Now, cancel);

    /// <returns>The user of an access token, as stored now; null if the session has ended.</returns>
    /// <exception cref="ForbiddenException">The user is paused.</exception>
    public async Task<Caller?> CallerAsync(Guid organizationId, Guid userId, Guid sessionId, int version, CancellationToken cancel)
    {
        var user = await sessions.FindUserAsync(organizationId, userId, sessionId, version, cancel);
        if (user is null) return null;
        RequireNotPaused(user);
        return new Caller(user.Id, user.OrganizationId, user.Role, user.Email, sessionId);
    }

    DateTime Now => time.GetUtcNow().UtcDateTime;

    async Task<(Guid Id, string Token)> AddTokenAsync(Transaction transaction, User user, Guid familyId)
    {
        var (id, token) = (Guid.CreateVersion7(), SecretToken.Create());
        await SessionStore.AddAsync(transaction, id, user, familyId, SecretToken.Hash(token)!, Now + lifetimes.RefreshToken);
        return (id, token);
    }

    static void RequireNotPaused(User user)
    {
        if (user.Paused)
        {
            throw new ForbiddenException(
                "user_paused", "Your account is paused, because the organization has more users than its subscription allows. Contact its owner.");
        }
    }

    static UnauthorizedException Ended() => new("session_ended", "The session has ended. Sign in again.");
}
