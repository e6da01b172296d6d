namespace TwoStory.Core.Accounts;

/// <summary>An open invitation to join an organization.</summary>
/// <param name="InvitedBy">A user of the organization.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record Invitation(Guid Id, string Email, Role Role, Guid InvitedBy, DateTime ExpiresAt, DateTime CreatedAt);

/// <param name="Role">owner (by an owner only), admin or agent.</param>
public sealed record NewInvitation(string? Email, Role? Role);

/// <summary>Somebody who has followed the link of an invitation.</summary>
/// <param name="Token">From the link.</param>
/// <param name="Password">10 to 72 bytes.</param>
public sealed record NewMember(string? Token, string? Name, string? Password);
