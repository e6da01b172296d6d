namespace TwoStory.Core.Accounts;

/// <summary>What an organization's tier allows, and how much of it is used.</summary>
public sealed record Subscription(SubscriptionTier Tier, SubscriptionAmounts Limits, SubscriptionAmounts Used, SubscriptionPauses Paused);

/// <param name="Users">Users and open invitations.</param>
/// <param name="MonitoredLeads">Leads that some alert is asked for, paused ones included.</param>
/// <param name="Valuations">Homes valued in the present calendar month, UTC.</param>
public sealed record SubscriptionAmounts(int Users, int MonitoredLeads, int Valuations);

/// <summary>What is over the limits: kept, and out of use until there is a place.</summary>
/// <param name="Users">Users who cannot sign in.</param>
/// <param name="MonitoredLeads">Leads that no job asks for.</param>
public sealed record SubscriptionPauses(int Users, int MonitoredLeads);

/// <param name="Tier">starter, team or brokerage.</param>
public sealed record SubscriptionChange(SubscriptionTier? Tier);
