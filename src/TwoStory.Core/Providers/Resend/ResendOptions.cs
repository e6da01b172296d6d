using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Resend;

/// <summary>The settings for Resend, section <c>Upstreams:Resend</c>.</summary>
public sealed class ResendOptions
{
    public Uri BaseUrl { get; set; } = new("https://api.resend.com");

    /// <summary>Also <c>RESEND_API_KEY</c>. Required.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The rate limit; Resend reports the real one in its headers.</summary>
    public int Requests { get; set; } = 2;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <exception cref="SettingException">A setting is missing or wrong; the message names it.</exception>
    internal static ResendOptions Read(IConfiguration configuration)
    {
        var options = UpstreamOptions.Read<ResendOptions>(configuration, "Resend");
        options.ApiKey = configuration["RESEND_API_KEY"] ?? options.ApiKey;
        options.Validate();
        return options;
    }

    void Validate()
    {
        Setting.RequireUrl(BaseUrl, "Upstreams:Resend:BaseUrl");
        Setting.Require(Setting.IsHeaderValue(ApiKey), "RESEND_API_KEY", "must be set to the key that Resend issued: one word without spaces");
        Setting.RequireLimit(Requests, Window, "Upstreams:Resend:Requests", "Upstreams:Resend:Window");
        Setting.Require(AttemptTimeout > TimeSpan.Zero, "Upstreams:Resend:AttemptTimeout", "must be longer than zero");
    }
}

/// <summary>Registers Resend. The host adds an <see cref="IEmailSender"/>.</summary>
static class ResendSetup
{
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static IServiceCollection AddResend(this IServiceCollection services, IConfiguration configuration) =>
        services.AddUpstreamClient(UpstreamProviders.Resend).AddSingleton(ResendOptions.Read(configuration)).AddSingleton<ResendCalls>();
}
