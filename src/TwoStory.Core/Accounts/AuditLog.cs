using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>The kind of an audit event.</summary>
public enum AuditAction
{
    Registered,
    SignedIn,

    /// <summary>A wrong password. The detail names the route if it was not the sign-in.</summary>
    SignInFailed,

    /// <summary>A replaced refresh token was used again, so it or its successor is stolen. The session ended.</summary>
    RefreshTokenReused,

    /// <summary>Too many attempts. The detail names the limit. At most one event a minute for each user and limit.</summary>
    AttemptsThrottled,
    PasswordChanged,
    PasswordForgotten,
    PasswordReset,

    /// <summary>The subject is the invitation, the detail the role.</summary>
    InvitationMade,
    InvitationSentAgain,
    InvitationRevoked,
    InvitationAccepted,

    /// <summary>The subject is the user, the detail the old and the new role.</summary>
    UserRoleChanged,

    /// <summary>The subject is the user, the detail the name.</summary>
    UserRemoved,

    /// <summary>The detail names the changed settings.</summary>
    OrganizationChanged,

    /// <summary>The detail is the new tier.</summary>
    SubscriptionChanged,

    /// <summary>The detail is the strategy.</summary>
    SparkCredentialsSet,

    /// <summary>The subject is the run, the detail the job.</summary>
    JobStarted,

    /// <summary>The subject is the run, the detail the job.</summary>
    JobCanceled,
    LeadDeleted,
}

/// <summary>An event to write to the audit log.</summary>
/// <param name="OrganizationId">Null, like <paramref name="UserId"/>, if the event concerns no existing account.</param>
/// <param name="Subject">The id of the resource concerned.</param>
/// <param name="Detail">Further information. Contains no secret and no personal data other than the name of a user.</param>
public sealed record AuditEntry(AuditAction Action, Guid? OrganizationId, Guid? UserId, Origin Origin, string? Subject = null, string? Detail = null);

/// <summary>An event of the audit log.</summary>
/// <param name="UserId">The user who acted, or whose account was attempted.</param>
/// <param name="UserName">The name at the time of the event.</param>
/// <param name="Subject">The id of the resource concerned.</param>
/// <param name="IpAddress">The network address of the request.</param>
/// <param name="RequestId">The id of the request in the logs.</param>
/// <param name="At">UTC.</param>
public sealed record AuditEvent(
    Guid Id, AuditAction Action, Guid? UserId, string? UserName, string? Subject, string? Detail, string IpAddress, string RequestId, DateTime At);

/// <summary>Selects events; null selects all.</summary>
public sealed record AuditFilter(AuditAction? Action, Guid? UserId);

/// <summary>The audit log of accounts and of the data they protect. Owners read it.</summary>
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

    /// <summary>Writes an event in the transaction of the change it reports.</summary>
    internal static Task<int> AddAsync(Transaction transaction, AuditEntry entry) => transaction.ExecuteAsync(Add, Parameters(entry));

    /// <summary>Writes an event that has no transaction, such as a refused attempt.</summary>
    public Task AddAsync(AuditEntry entry, CancellationToken cancel) => database.ExecuteAsync(Add, Parameters(entry), cancel);

    /// <summary>Writes that a limit was exceeded, at most once a minute, so that repeated attempts do not fill the log.</summary>
    /// <param name="limit">The name of the limit.</param>
    /// <param name="email">The e-mail address of the account, in any case; null if unknown.</param>
    /// <param name="origin">The origin of the attempt.</param>
    /// <param name="cancel">Cancels the statement.</param>
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
        return Page.Create([.. rows.Select(row => row.Event)], page.Limit, entry => new Cursor(entry.At, entry.Id));
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
