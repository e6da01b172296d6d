using Microsoft.Extensions.DependencyInjection;

namespace TwoStory.Core.Alerts;

static class AlertsSetup
{
    /// <summary>Registers the notifications of users.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services) => services.AddSingleton<NotificationStore>();
}
