using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

public sealed class UpstreamOptionsTests
{
    static UpstreamOptions Read(params (string Name, string Value)[] settings) => UpstreamOptions.Read(Configuration(settings));

    static IConfiguration Configuration(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();

    [Fact]
    public void Defaults_hold_and_keys_have_their_well_known_names()
    {
        var options = Read(("RENTCAST_API_KEY", "r"), ("RESEND_API_KEY", "e"), ("Upstreams:Spark:Window", "00:00:02"));

        Assert.Equal(("r", "e"), (options.RentCast.ApiKey, options.Resend.ApiKey));
        Assert.Equal((1500, TimeSpan.FromSeconds(2)), (options.Spark.RequestsPerWindow, options.Spark.Window));
        Assert.Equal((100, TimeSpan.FromMinutes(1)), (options.RentCast.Requests, options.RentCast.Window));
        Assert.Equal((1, TimeSpan.FromSeconds(1)), (options.Nominatim.Requests, options.Nominatim.Window));
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
    public void A_wrong_setting_is_one_line_that_names_it(string name, string value)
    {
        var failure = Assert.Throws<SettingException>(() => Read((name, value)));
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Without_a_key_to_encrypt_with_nothing_starts() =>
        Assert.Throws<SettingException>(() => new ServiceCollection().AddUpstreams(Configuration()));
}
