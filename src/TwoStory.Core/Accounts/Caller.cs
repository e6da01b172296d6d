namespace TwoStory.Core.Accounts;

/// <summary>Who asks: a signed-in user, as the database knows them at this moment.</summary>
/// <param name="SessionId">The family of refresh tokens that this sign-in began.</param>
public sealed record Caller(Guid UserId, Guid OrganizationId, Role Role, string Email, Guid SessionId)
{
    /// <summary>Where the present request comes from.</summary>
    public Origin Origin { get; init; } = Origin.Product;

    /// <summary>What to write into the audit log of something that they did.</summary>
    public AuditEntry Did(AuditAction action, Guid? subject = null, string? detail = null) =>
        new(action, OrganizationId, UserId, Origin, subject?.ToString(), detail);

    /// <summary>Whether colleagues' leads are visible too.</summary>
    public bool SeesAllLeads => Role is not Role.Agent;
}

/// <summary>What a user may do. Agents see their own leads; admins all of the organization; owners also hold its credentials.</summary>
public enum Role
{
    Agent,
    Admin,
    Owner,
}

/// <summary>Where a request comes from.</summary>
/// <param name="Address">The network address that asks.</param>
/// <param name="RequestId">Names the request in the logs.</param>
public sealed record Origin(string Address, string RequestId)
{
    /// <summary>The product itself.</summary>
    public static Origin Product { get; } = new("", "");
}
