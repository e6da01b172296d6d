using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>How long sign-ins last. Configuration section <c>Sessions</c>.</summary>
public sealed class SessionLifetimes
{
    /// <summary>How long an access token is taken, unless its session ends before.</summary>
    public TimeSpan AccessToken { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a sign-in can be continued without a password after it was last used.</summary>
    public TimeSpan RefreshToken { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a replaced refresh token still works, so that two tabs may refresh at once.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(10);

    public void Validate()
    {
        if (AccessToken <= TimeSpan.Zero || RefreshToken <= AccessToken || RefreshGrace < TimeSpan.Zero)
        {
            throw new SettingException("Sessions: AccessToken must be positive and shorter than RefreshToken, and RefreshGrace not negative.");
        }
    }
}

/// <summary>A sign-in: what its access token says, and the refresh token that continues it.</summary>
/// <param name="Id">The family of refresh tokens.</param>
/// <param name="Version">The user's session version: a higher one in the database ends this session.</param>
/// <param name="RefreshToken">Shown this once; the database keeps its hash.</param>
public sealed record Session(Guid Id, User User, int Version, string RefreshToken);

/// <summary>Signs in, continues and ends sessions.</summary>
public sealed class SessionService(
    Database database, UserStore users, SessionStore sessions, IPasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits, AuditLog audit,
    SessionLifetimes lifetimes, TimeProvider time)
{
    /// <param name="email">Any case.</param>
    /// <param name="password">As typed.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    /// <exception cref="UnauthorizedException">No such user or another password: both answer the same and take as long.</exception>
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

    /// <summary>Begins a session of a user who has proved who they are.</summary>
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
    /// <exception cref="UnauthorizedException">The token is unknown, ended, expired, or was used before; the last ends the session.</exception>
    public async Task<Session> RefreshAsync(string? refreshToken, Origin origin, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(refreshToken)) throw new ValidationException("refreshToken", "is required.");
        await attempts.TakeByAddressAsync("sign-in-address", origin, email: null, limits.SignInByAddress, cancel);
        var hash = SecretToken.Hash(refreshToken) ?? throw Ended();
        var session = await database.TransactAsync(transaction => RotateAsync(transaction, hash, origin), cancel);
        return session ?? throw Ended();
    }

    // Null instead of an exception where nothing may be rolled back: the revocation must stay.
    async Task<Session?> RotateAsync(Transaction transaction, byte[] hash, Origin origin)
    {
        var token = await SessionStore.LockAsync(transaction, hash);
        if (token is null || token.RevokedAt is not null || token.ExpiresAt <= Now) return null;
        if (token.ReplacedAt is { } replaced && (token.SuccessorUsed || Now - replaced > lifetimes.RefreshGrace))
        {
            await SessionStore.RevokeAsync(transaction, token.FamilyId, Now);
            await AuditLog.AddAsync(transaction, new AuditEntry(AuditAction.RefreshTokenReused, token.OrganizationId, token.UserId, origin, $"{token.FamilyId}"));
            return null;
        }
        var login = await UserStore.FindLoginAsync(transaction, token.OrganizationId, token.UserId);
        if (login is null) return null;
        RequireNotPaused(login.User);
        var (id, next) = await AddTokenAsync(transaction, login.User, token.FamilyId);
        await SessionStore.ReplaceAsync(transaction, token.Id, id, Now);
        return new Session(token.FamilyId, login.User, login.SessionVersion, next);
    }

    /// <summary>Ends the session that a refresh token belongs to; an unknown one is no error.</summary>
    public async Task EndAsync(string refreshToken, CancellationToken cancel)
    {
        if (SecretToken.Hash(refreshToken) is not { } hash) return;
        await database.TransactAsync(async transaction =>
            await SessionStore.LockAsync(transaction, hash) is { } token ? await SessionStore.RevokeAsync(transaction, token.FamilyId, Now) : 0, cancel);
    }

    public Task EndAsync(Caller caller, CancellationToken cancel) =>
        sessions.RevokeAsync(caller.OrganizationId, caller.UserId, caller.SessionId, Now, cancel);

    /// <returns>Who holds this access token, as the database knows them now; null when the session has ended.</returns>
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
        if (user.Paused) throw new ForbiddenException("user_paused", "The organization has more users than its subscription allows, and you are one of the newest. Ask its owner for a place.");
    }

    static UnauthorizedException Ended() => new("session_ended", "The session has ended. Sign in again.");
}
