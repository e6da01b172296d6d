namespace TwoStory.Core.Accounts;

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
