using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Accounts;
using TwoStory.Core.Providers.Resend;

namespace TwoStory.Core.Email;

static class EmailSetup
{
    /// <summary>Adds the outbox, its sender and the e-mails about accounts. The host adds an <see cref="IEmailSender"/>.</summary>
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddEmail(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(EmailOptions.Read(configuration)).AddSingleton<OutboxStore>().AddSingleton<OutboxSender>()
            .AddSingleton<IAccountEmails, AccountEmails>();
}
