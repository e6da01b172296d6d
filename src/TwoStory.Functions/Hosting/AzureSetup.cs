using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Resend;
using TwoStory.Functions.Jobs;

namespace TwoStory.Functions.Hosting;

/// <summary>Registers the services that only the Azure host uses.</summary>
static partial class AzureSetup
{
    public static IServiceCollection AddAzureParts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IEmailSender, ResendHttpSender>();
        UseResendPackage(services);
        services.AddScoped<DurableJobEngine>().AddScoped<IJobEngine>(scope => scope.GetRequiredService<DurableJobEngine>());
        services.AddSingleton(Pace.Read(configuration));
        TimerSettings.Require(configuration);
        // The last entry of this header, which the nearest proxy appends, is the client address.
        if (configuration["CLIENT_ADDRESS_HEADER"] is { Length: > 0 } header)
        {
            services.PostConfigure<ForwardedHeadersOptions>(forwarded => forwarded.ForwardedForHeaderName = header);
        }
        // The platform handles CORS. A second policy here would duplicate each header.
        services.PostConfigure<CorsOptions>(cors => cors.AddDefaultPolicy(new CorsPolicy()));
        return services;
    }

    // Implemented in ResendPackageSender.cs, which is not part of every build.
    static partial void UseResendPackage(IServiceCollection services);
}
