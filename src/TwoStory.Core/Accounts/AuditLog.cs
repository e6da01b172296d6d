using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>What the audit log tells of.</summary>
public enum AuditAction
{
    Registered,
    SignedIn,

    /// <summary>A wrong password; detail says where, when it was not at sign-in.</summary>
    SignInFailed,

    /// <summary>A refresh token came back that had been replaced: it was stolen, or its successor was. The session ended.</summary>
    RefreshTokenReused,

    /// <summary>Too many attempts; detail says which limit refused. At most once a minute for each user and limit.</summary>
    AttemptsThrottled,
    PasswordChanged,
    PasswordForgotten,
    PasswordReset,

    /// <summary>Subject is the invitation, detail the role.</summary>
    InvitationMade,
    InvitationSentAgain,
    InvitationRevoked,
    InvitationAccepted,

    /// <summary>Subject is the user, detail the roles before and after.</summary>
    UserRoleChanged,

    /// <summary>Subject is the user, detail their name.</summary>
    UserRemoved,

    /// <summary>Detail names the settings.</summary>
    OrganizationChanged,

    /// <summary>Detail is the new tier.</summary>
    SubscriptionChanged,

    /// <summary>Detail is the strategy.</summary>
    SparkCredentialsSet,

    /// <summary>Subject is the run, detail the job.</summary>
    JobStarted,
    LeadDeleted,
}

/// <summary>Something to write into the audit log.</summary>
/// <param name="OrganizationId">Null, as is <paramref name="UserId"/>, when it was aimed at an account that nobody has.</param>
/// <param name="Subject">The id of what it was done to.</param>
/// <param name="Detail">A few words more; no secret, and nothing personal beyond the name of a user.</param>
public sealed record AuditEntry(AuditAction Action, Guid? OrganizationId, Guid? UserId, Origin Origin, string? Subject = null, string? Detail = null);

/// <summary>Who did what, when and from where.</summary>
/// <param name="UserId">Who did it, or whose account was tried.</param>
/// <param name="UserName">As it was then.</param>
/// <param name="Subject">The id of what it was done to.</param>
/// <param name="IpAddress">The network address that asked.</param>
/// <param name="RequestId">Names the request in the logs.</param>
/// <param name="At">UTC.</param>
public sealed record AuditEvent(
    Guid Id, AuditAction Action, Guid? UserId, string? UserName, string? Subject, string? Detail, string IpAddress, string RequestId, DateTime At);

/// <summary>Which events are wanted; null for all.</summary>
public sealed record AuditFilter(AuditAction? Action, Guid? UserId);

/// <summary>What happened to accounts and to what they protect, for owners to read.</summary>
public sealed class AuditLog(Database database)
{
    sealed record Row(
        Guid Id, string Action, Guid? UserId, string? UserName, string? Subject, string? Detail, string IpAddress, string RequestId, DateTime At)
    {
        public AuditEvent Event => new(Id, WireName.Parse<AuditAction>(Action), UserId, UserName, Subject, Detail, IpAddress, RequestId, At);
    }

    const string Add =
        """
        insert into audit_events (id, organization_id, user_id, user_name, action, subject, detail, ip_address, request_id)
        values (@id, @OrganizationId, @UserId, (select name from users where organization_id = @OrganizationId and id = @UserId),
            @action, @Subject, @Detail, left(@Address, 64), @RequestId)
        """;

    /// <summary>Writes it with what it tells of: both happened, or neither.</summary>
    internal static Task<int> AddAsync(Transaction transaction, AuditEntry entry) => transaction.ExecuteAsync(Add, Parameters(entry));

    /// <summary>Writes down what has no transaction, such as what was refused.</summary>
    public Task AddAsync(AuditEntry entry, CancellationToken cancel) => database.ExecuteAsync(Add, Parameters(entry), cancel);

    /// <summary>Writes down that a limit refused; once a minute, so that whoever hammers at it does not fill the log.</summary>
    /// <param name="limit">Which.</param>
    /// <param name="email">Whose account was tried, in any case; null when that is not known.</param>
    /// <param name="origin">Who tried.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    internal Task AddThrottledAsync(string limit, string? email, Origin origin, CancellationToken cancel) =>
        database.ExecuteAsync(
            """
            insert into audit_events (id, organization_id, user_id, user_name, action, detail, ip_address, request_id)
            select @id, u.organization_id, u.id, u.name, @action, @limit, left(@Address, 64), @RequestId
            from (select 1) one left join users u on lower(u.email) = lower(@email::text)
            where not exists (
                    select from audit_events a
                    where a.organization_id = u.organization_id and a.action = @action and a.at > clock_timestamp() - interval '1 minute'
                      and a.user_id = u.id and a.detail = @limit)
              and (u.id is not null or not exists (
                    select from audit_events a
                    where a.organization_id is null and a.action = @action and a.at > clock_timestamp() - interval '1 minute'
                      and a.ip_address = left(@Address, 64) and a.detail = @limit))
            """,
            new { id = Guid.CreateVersion7(), action = WireName.From(AuditAction.AttemptsThrottled), limit, email, origin.Address, origin.RequestId }, cancel);

    /// <summary>Newest first.</summary>
    public async Task<Page<AuditEvent>> ListAsync(Guid organizationId, AuditFilter filter, PageRequest page, CancellationToken cancel)
    {
        var rows = await database.Tenant(organizationId).QueryAsync<Row>(
            $"""
            select id, action, user_id, user_name, subject, detail, ip_address, request_id, at from audit_events
            where organization_id = @organizationId
              {(filter.Action is null ? "" : "and action = @action")} {(filter.UserId is null ? "" : "and user_id = @UserId")}
              {(page.After is null ? "" : "and (at, id) < (@before, @beforeId)")}
            order by at desc, id desc limit @limit
            """,
            new
            {
                action = filter.Action is { } action ? WireName.From(action) : null,
                filter.UserId,
                before = page.After?.CreatedAt,
                beforeId = page.After?.Id,
                limit = page.Limit + 1,
            }, cancel);
        return Page.Create([.. rows.Select(row => row.Event)], page.Limit, happened => new Cursor(happened.At, happened.Id));
    }

    static object Parameters(AuditEntry entry) => new
    {
        id = Guid.CreateVersion7(),
        entry.OrganizationId,
        entry.UserId,
        action = WireName.From(entry.Action),
        entry.Subject,
        entry.Detail,
        entry.Origin.Address,
        entry.Origin.RequestId,
    };
}
