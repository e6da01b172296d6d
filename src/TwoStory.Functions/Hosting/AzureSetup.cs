using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Resend;
using TwoStory.Functions.Jobs;

namespace TwoStory.Functions.Hosting;

/// <summary>What Azure has in place of the one-machine head's parts.</summary>
static partial class AzureSetup
{
    public static IServiceCollection AddAzureParts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IEmailSender, ResendHttpSender>();
        UseResendPackage(services);
        services.AddScoped<DurableJobEngine>().AddScoped<IJobEngine>(scope => scope.GetRequiredService<DurableJobEngine>());
        services.AddOptions<Pace>().Bind(configuration.GetSection("Durable"))
            .Validate(pace => pace is { OrganizationsAtOnce: > 0, StepsPerHistory: > 0 } && pace.LongestTimer > TimeSpan.Zero, "Durable: OrganizationsAtOnce, StepsPerHistory and LongestTimer must be above zero.")
            .ValidateOnStart();
        // The platform answers for other origins here. A second answer would put each header there twice.
        services.PostConfigure<CorsOptions>(cors => cors.AddDefaultPolicy(new CorsPolicy()));
        return services;
    }

    // Implemented in ResendPackageSender.cs, which is not part of every build.
    static partial void UseResendPackage(IServiceCollection services);
}
