namespace TwoStory.Core.Alerts;

/// <summary>The kinds of notification, as in the API and in the database.</summary>
public static class NotificationKinds
{
    public const string NearbySale = "nearby_sale";
    public const string ValueChange = "value_change";
}
