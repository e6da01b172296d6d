using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>The signed-in user who makes the request, as stored in the database at this moment.</summary>
/// <param name="SessionId">The family of refresh tokens of this sign-in.</param>
public sealed record Caller(Guid UserId, Guid OrganizationId, Role Role, string Email, Guid SessionId)
{
    /// <summary>The origin of the present request.</summary>
    public Origin Origin { get; init; } = Origin.Product;

    /// <summary>The session, if the first database command of the request has to check it; until then, the caller is as the token claims.</summary>
    public UncheckedSession? Unchecked { get; init; }

    /// <summary>Creates the audit entry of an action of this user.</summary>
    public AuditEntry Did(AuditAction action, Guid? subject = null, string? detail = null) =>
        new(action, OrganizationId, UserId, Origin, subject?.ToString(), detail);

    /// <summary>True if the leads of all users of the organization are visible.</summary>
    public bool SeesAllLeads => Role is not Role.Agent;
}

public static class CallerDatabase
{
    /// <summary>Returns access limited to the caller's organization. The first command checks the session if that is pending.</summary>
    /// <exception cref="SessionRefusedException">Thrown by that command; the caller is not who the token claims.</exception>
    public static TenantDatabase Tenant(this Database database, Caller caller) =>
        caller.Unchecked is { } session ? database.Tenant(session) : database.Tenant(caller.OrganizationId);
}

/// <summary>The role of a user. Agents see their own leads, admins all of the organization; owners also manage credentials and subscription.</summary>
public enum Role
{
    Agent,
    Admin,
    Owner,
}

/// <summary>The origin of a request.</summary>
/// <param name="Address">The network address of the client.</param>
/// <param name="RequestId">The id of the request in the logs.</param>
public sealed record Origin(string Address, string RequestId)
{
    /// <summary>TwoStory itself.</summary>
    public static Origin Product { get; } = new("", "");
}
