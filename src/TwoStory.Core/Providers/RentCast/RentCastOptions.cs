using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.RentCast;

/// <summary>The settings for RentCast, section <c>Upstreams:RentCast</c>.</summary>
public sealed class RentCastOptions
{
    public Uri BaseUrl { get; set; } = new("https://api.rentcast.io/v1");

    /// <summary>Also <c>RENTCAST_API_KEY</c>. Required.</summary>
    public string ApiKey { get; set; } = "";

    public int Requests { get; set; } = 100;

    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The wait after a 429, which names none.</summary>
    public TimeSpan BackOff { get; set; } = TimeSpan.FromSeconds(2);

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The price of an answered call, USD.</summary>
    public decimal CostPerCall { get; set; }

    /// <summary>The number of comparables to fetch, 5 to 25.</summary>
    public int Comparables { get; set; } = 15;

    /// <exception cref="SettingException">A setting is missing or wrong; the message names it.</exception>
    internal static RentCastOptions Read(IConfiguration configuration)
    {
        var options = UpstreamOptions.Read<RentCastOptions>(configuration, "RentCast");
        options.ApiKey = configuration["RENTCAST_API_KEY"] ?? options.ApiKey;
        options.Validate();
        return options;
    }

    void Validate()
    {
        Setting.RequireUrl(BaseUrl, "Upstreams:RentCast:BaseUrl");
        Setting.Require(Setting.IsHeaderValue(ApiKey), "RENTCAST_API_KEY", "must be set to the key that RentCast issued: one word without spaces");
        Setting.RequireLimit(Requests, Window, "Upstreams:RentCast:Requests", "Upstreams:RentCast:Window");
        Setting.Require(BackOff > TimeSpan.Zero, "Upstreams:RentCast:BackOff", "must be longer than zero");
        Setting.Require(AttemptTimeout > TimeSpan.Zero, "Upstreams:RentCast:AttemptTimeout", "must be longer than zero");
        Setting.Require(CostPerCall >= 0, "Upstreams:RentCast:CostPerCall", "must not be negative");
        Setting.Require(Comparables is >= 5 and <= 25, "Upstreams:RentCast:Comparables", "must be 5 to 25");
    }
}

/// <summary>Registers RentCast.</summary>
static class RentCastSetup
{
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static IServiceCollection AddRentCast(this IServiceCollection services, IConfiguration configuration) =>
        services.AddUpstreamClient(UpstreamProviders.RentCast).AddSingleton(RentCastOptions.Read(configuration)).AddSingleton<RentCastClient>();
}
