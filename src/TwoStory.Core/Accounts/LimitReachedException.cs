using System.Globalization;

namespace TwoStory.Core.Accounts;

/// <summary>The organization's subscription has no place left for this.</summary>
public sealed class LimitReachedException : ConflictException
{
    internal const string StableCode = "limit_reached";

    LimitReachedException(string limit, string message, int used, int allowed)
        : base(StableCode, message, new Dictionary<string, object?> { ["limit"] = limit, ["used"] = used, ["allowed"] = allowed }) { }

    internal static LimitReachedException Users(int used, int allowed) => new(
        "users", $"The subscription allows {Number(allowed)} users, and {Number(used)} places are taken, open invitations included. Remove a user, revoke an invitation, or go up a tier.",
        used, allowed);

    internal static LimitReachedException MonitoredLeads(int used, int allowed) => new(
        "monitoredLeads", $"The subscription allows {Number(allowed)} monitored leads, and {Number(used)} are monitored. Switch alerts off for some, or go up a tier.", used, allowed);

    internal static LimitReachedException Valuations(int used, int allowed) => new(
        "valuations", $"The subscription allows {Number(allowed)} valuations a calendar month (UTC), and {Number(used)} are used. Wait for the next month, or go up a tier.",
        used, allowed);

    static string Number(int number) => number.ToString("#,##0", CultureInfo.InvariantCulture);
}
