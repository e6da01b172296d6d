using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

static class AccountsSetup
{
    // An expired invitation stays in the list, so that it can be sent again.
    static readonly TimeSpan InvitationRetention = TimeSpan.FromDays(30);

    static readonly TimeSpan AuditRetention = TimeSpan.FromDays(400);

    // Events that concern no existing account.
    static readonly TimeSpan UnknownAccountRetention = TimeSpan.FromDays(30);

    /// <summary>Adds organizations, users, sessions, subscriptions and the audit log.</summary>
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        var lifetimes = configuration.GetSection("Sessions").Get<SessionLifetimes>() ?? new SessionLifetimes();
        lifetimes.Validate();
        services.AddSingleton(lifetimes).AddSingleton(configuration.GetSection("Attempts").Get<AttemptLimits>() ?? new AttemptLimits());
        services.AddSingleton<AuditLog>().AddSingleton<AttemptLimiter>().AddSingleton<IdempotencyStore>();
        services.AddSingleton<OrganizationStore>().AddSingleton<OrganizationService>().AddSingleton<RegistrationService>();
        services.AddSingleton<UserStore>().AddSingleton<TeamService>().AddSingleton<InvitationStore>().AddSingleton<InvitationService>();
        services.AddSingleton<SessionStore>().AddSingleton<SessionService>().AddSingleton<PasswordService>();
        services.TryAddSingleton(_ => new PasswordHasher());
        services.AddSingleton<PasswordResetStore>().AddSingleton<PasswordResetService>();
        services.AddSingleton(SubscriptionOptions.Read(configuration)).AddSingleton<SubscriptionLimits>().AddSingleton<SubscriptionService>();
        return services.AddSingleton(ExpiredRows);
    }

    static Cleanup ExpiredRows => new(
        """
        delete from rate_limits where key like 'attempt:%' and theoretical_arrival < now() - interval '1 hour';
        delete from refresh_tokens where expires_at < @now;
        delete from password_resets where expires_at < @now;
        delete from invitations where expires_at < @now - @InvitationRetention;
        delete from idempotency_keys where created_at < now() - @IdempotencyRetention;
        delete from audit_events where at < now() - @AuditRetention or (organization_id is null and at < now() - @UnknownAccountRetention);
        """,
        now => new { now, InvitationRetention, IdempotencyRetention = IdempotencyStore.Retention, AuditRetention, UnknownAccountRetention });
}
