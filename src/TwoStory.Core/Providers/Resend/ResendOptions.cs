using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Resend;

/// <summary>The settings for Resend, section <c>Upstreams:Resend</c>. Resend reports its real rate limit in its headers.</summary>
public sealed class ResendOptions() : ProviderOptions("https://api.resend.com", requests: 2, window: TimeSpan.FromSeconds(1))
{
    /// <summary>Also <c>RESEND_API_KEY</c>. Required.</summary>
    public string ApiKey { get; set; } = "";

    /// <exception cref="SettingException">A setting is missing or wrong; the message names it.</exception>
    internal static ResendOptions Read(IConfiguration configuration)
    {
        var options = Read<ResendOptions>(configuration, "Resend");
        options.ApiKey = configuration["RESEND_API_KEY"] ?? options.ApiKey;
        Setting.Require(Setting.IsHeaderValue(options.ApiKey), "RESEND_API_KEY", "must be set to the key that Resend issued: one word without spaces");
        return options;
    }
}

/// <summary>Registers Resend. The host adds an <see cref="IEmailSender"/>.</summary>
static class ResendSetup
{
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static IServiceCollection AddResend(this IServiceCollection services, IConfiguration configuration) =>
        services.AddUpstreamClient(UpstreamProviders.Resend).AddSingleton(ResendOptions.Read(configuration)).AddSingleton<ResendCalls>();
}
