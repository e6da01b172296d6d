using Microsoft.Extensions.Configuration;

namespace TwoStory.Core.Accounts;

/// <summary>The limits of the tiers. Configuration section <c>Subscription</c>.</summary>
public sealed class SubscriptionOptions
{
    public const string Section = "Subscription";

    public TierLimits Starter { get; set; } = TierLimits.Create(users: 10, monitoredLeads: 10_000);

    public TierLimits Team { get; set; } = TierLimits.Create(users: 50, monitoredLeads: 50_000);

    public TierLimits Brokerage { get; set; } = TierLimits.Create(users: 1_000, monitoredLeads: 500_000);

    public TierLimits For(SubscriptionTier tier) => tier switch
    {
        SubscriptionTier.Starter => Starter,
        SubscriptionTier.Team => Team,
        _ => Brokerage,
    };

    /// <exception cref="SettingException">A limit is not a whole number or is less than 1.</exception>
    internal static SubscriptionOptions Read(IConfiguration configuration)
    {
        SubscriptionOptions options;
        try
        {
            options = configuration.GetSection(Section).Get<SubscriptionOptions>() ?? new();
        }
        catch (InvalidOperationException)
        {
            throw new SettingException($"{Section}: every limit must be a whole number.");
        }
        foreach (var tier in Enum.GetValues<SubscriptionTier>())
        {
            var limits = options.For(tier);
            Setting.Require(limits.Users >= 1, $"{Section}:{tier}:Users", "must be 1 or more");
            Setting.Require(limits.MonitoredLeads >= 1, $"{Section}:{tier}:MonitoredLeads", "must be 1 or more");
            Setting.Require(limits.Valuations >= 1, $"{Section}:{tier}:Valuations", "must be 1 or more");
        }
        return options;
    }
}

/// <summary>The limits of one tier; each is 1 or more.</summary>
public sealed class TierLimits
{
    /// <summary>Users and open invitations.</summary>
    public int Users { get; set; }

    /// <summary>Leads with at least one alert.</summary>
    public int MonitoredLeads { get; set; }

    /// <summary>Homes valued in a calendar month, UTC.</summary>
    public int Valuations { get; set; }

    internal static TierLimits Create(int users, int monitoredLeads) =>
        // A month has at most five Sundays, and homes are valued on Sundays.
        new() { Users = users, MonitoredLeads = monitoredLeads, Valuations = 5 * monitoredLeads };
}
