using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Providers.Resend;
using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

public sealed class UpstreamOptionsTests
{
    const string EncryptionKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    static ServiceProvider Read(params (string Name, string Value)[] settings) => Register(
        [("ENCRYPTION_KEY", EncryptionKey), ("RENTCAST_API_KEY", "r"), ("RESEND_API_KEY", "e"), .. settings]).BuildServiceProvider();

    static IServiceCollection Register(params (string Name, string Value)[] settings)
    {
        var configuration = Configuration(settings);
        return new ServiceCollection().AddUpstreams(configuration)
            .AddSecrets(configuration).AddSpark(configuration).AddRentCast(configuration).AddGeocoding(configuration).AddResend(configuration);
    }

    static IConfiguration Configuration(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.GroupBy(setting => setting.Name).Select(same => KeyValuePair.Create(same.Key, (string?)same.Last().Value))).Build();

    [Fact]
    public void Defaults_hold_and_keys_have_their_well_known_names()
    {
        using var services = Read(("Upstreams:Spark:Window", "00:00:02"));

        var (spark, rentCast) = (services.GetRequiredService<SparkOptions>(), services.GetRequiredService<RentCastOptions>());
        var nominatim = services.GetRequiredService<NominatimOptions>();
        Assert.Equal(("r", "e"), (rentCast.ApiKey, services.GetRequiredService<ResendOptions>().ApiKey));
        Assert.Equal((1500, TimeSpan.FromSeconds(2)), (spark.RequestsPerWindow, spark.Window));
        Assert.Equal((100, TimeSpan.FromMinutes(1)), (rentCast.Requests, rentCast.Window));
        Assert.Equal((1, TimeSpan.FromSeconds(1)), (nominatim.Requests, nominatim.Window));
    }

    [Theory]
    [InlineData("Upstreams:Attempts", "0")]
    [InlineData("Upstreams:LongestSleep", "-00:00:01")]
    [InlineData("Upstreams:Spark:BaseUrl", "ftp://sparkapi.com")]
    [InlineData("Upstreams:Spark:BaseUrl", "/relative")]
    [InlineData("Upstreams:Spark:RequestsPerWindow", "0")]
    [InlineData("Upstreams:Spark:Window", "soon")]
    [InlineData("Upstreams:Spark:AuthScheme", "Basic")]
    [InlineData("Upstreams:Spark:PageSize", "1001")]
    [InlineData("Upstreams:RentCast:Window", "00:00:00")]
    [InlineData("Upstreams:RentCast:Comparables", "26")]
    [InlineData("Upstreams:Nominatim:UserAgent", "")]
    [InlineData("Upstreams:Geocoding:Providers", "google")]
    [InlineData("RENTCAST_API_KEY", "a b")]
    [InlineData("RENTCAST_API_KEY", "")]
    [InlineData("RESEND_API_KEY", "")]
    public void A_wrong_setting_is_one_line_that_names_it(string name, string value)
    {
        var failure = Assert.Throws<SettingException>(() => Read((name, value)));
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("RentCast")]
    [InlineData("Resend")]
    [InlineData("Census")]
    [InlineData("Nominatim")]
    public void The_address_limit_and_waits_of_every_provider_are_checked(string provider)
    {
        (string Name, string Value)[] wrong = [("BaseUrl", "file:///tmp"), ("Requests", "0"), ("Window", "2.00:00:00"), ("AttemptTimeout", "00:00:00")];
        foreach (var (name, value) in wrong)
        {
            var setting = $"Upstreams:{provider}:{name}";
            Assert.Contains(setting, Assert.Throws<SettingException>(() => Read((setting, value))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_provider_that_names_no_wait_is_left_alone_for_its_back_off_or_its_window()
    {
        using var services = Read(("Upstreams:Resend:Window", "00:00:07"), ("Upstreams:RentCast:Window", "00:00:07"));

        Assert.Equal(TimeSpan.FromSeconds(7), services.GetRequiredService<ResendOptions>().BackOff);
        Assert.Equal(TimeSpan.FromSeconds(2), services.GetRequiredService<RentCastOptions>().BackOff);
    }

    [Fact]
    public void Without_a_key_to_encrypt_with_nothing_starts() =>
        Assert.Contains("ENCRYPTION_KEY", Assert.Throws<SettingException>(() => Register()).Message, StringComparison.Ordinal);
}
