namespace TwoStory.Core.Accounts;

/// <summary>What one tier allows; each 1 and more.</summary>
public sealed class TierLimits
{
    /// <summary>Users and open invitations.</summary>
    public int Users { get; set; }

    /// <summary>Leads that some alert is asked for.</summary>
    public int MonitoredLeads { get; set; }

    /// <summary>Homes valued in a calendar month, UTC.</summary>
    public int Valuations { get; set; }

    internal static TierLimits New(int users, int monitoredLeads) =>
        // A month has at most five Sundays, the days on which homes are valued.
        new() { Users = users, MonitoredLeads = monitoredLeads, Valuations = 5 * monitoredLeads };
}
