namespace TwoStory.Core.Accounts;

/// <summary>A person who signs in, member of one organization.</summary>
/// <param name="Paused">Beyond what the subscription allows: the user cannot sign in until there is a place.</param>
public sealed record User(Guid Id, Guid OrganizationId, string Email, string Name, Role Role, DateTime CreatedAt, bool Paused);
