using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.RentCast;

/// <summary>The settings for RentCast, section <c>Upstreams:RentCast</c>.</summary>
public sealed class RentCastOptions : ProviderOptions
{
    public RentCastOptions() : base("https://api.rentcast.io/v1", requests: 100, window: TimeSpan.FromMinutes(1)) => BackOff = TimeSpan.FromSeconds(2);

    /// <summary>Also <c>RENTCAST_API_KEY</c>. Required.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The price of an answered call, USD.</summary>
    public decimal CostPerCall { get; set; }

    /// <summary>The number of comparables to fetch, 5 to 25.</summary>
    public int Comparables { get; set; } = 15;

    /// <exception cref="SettingException">A setting is missing or wrong; the message names it.</exception>
    internal static RentCastOptions Read(IConfiguration configuration)
    {
        var options = Read<RentCastOptions>(configuration, "RentCast");
        options.ApiKey = configuration["RENTCAST_API_KEY"] ?? options.ApiKey;
        Setting.Require(
            Setting.IsHeaderValue(options.ApiKey), "RENTCAST_API_KEY", "must be set to the key that RentCast issued: one word without spaces");
        Setting.Require(options.CostPerCall >= 0, "Upstreams:RentCast:CostPerCall", "must not be negative");
        Setting.Require(options.Comparables is >= 5 and <= 25, "Upstreams:RentCast:Comparables", "must be 5 to 25");
        return options;
    }
}

/// <summary>Registers RentCast.</summary>
static class RentCastSetup
{
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static IServiceCollection AddRentCast(this IServiceCollection services, IConfiguration configuration) =>
        services.AddUpstreamClient(UpstreamProviders.RentCast).AddSingleton(RentCastOptions.Read(configuration)).AddSingleton<RentCastClient>();
}
