namespace TwoStory.Core.Accounts;

/// <summary>A person who signs in, member of one organization.</summary>
public sealed record User(Guid Id, Guid OrganizationId, string Email, string Name, Role Role, DateTime CreatedAt);
