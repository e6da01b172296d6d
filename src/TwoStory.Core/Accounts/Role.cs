namespace TwoStory.Core.Accounts;

/// <summary>What a user may do. Agents see their own leads; admins all of the organization; owners also hold its credentials.</summary>
public enum Role
{
    Agent,
    Admin,
    Owner,
}
