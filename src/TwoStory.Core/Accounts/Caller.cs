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
