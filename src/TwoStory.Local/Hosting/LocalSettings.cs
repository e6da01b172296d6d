using TwoStory.Local.Commands;

namespace TwoStory.Local.Hosting;

/// <summary>The settings that make one machine whole: below them in rank nothing, above them the environment.</summary>
static class LocalSettings
{
    /// <param name="options">What the user chose.</param>
    /// <param name="port">Where this process listens.</param>
    /// <param name="keys">The data folder's secrets.</param>
    public static Dictionary<string, string?> For(ServeOptions options, int port, IReadOnlyDictionary<string, string> keys)
    {
        var settings = new Dictionary<string, string?>
        {
            ["JWT_SECRET"] = keys["JWT_SECRET"],
            ["ENCRYPTION_KEY"] = keys["ENCRYPTION_KEY"],
            ["FRONTEND_URL"] = "http://localhost:5173",
            ["EMAIL_FROM"] = "TwoStory <alerts@twostory.example>",
            // Mail goes to our own mailbox unless a key says otherwise.
            ["Upstreams:Resend:BaseUrl"] = $"http://127.0.0.1:{port}",
            ["Upstreams:Resend:ApiKey"] = "re_mailbox",
            ["Upstreams:Resend:Requests"] = "10",
        };
        if (options.RealUpstreams)
        {
            if (Environment.GetEnvironmentVariable("RESEND_API_KEY") is { Length: > 0 }) settings["Upstreams:Resend:BaseUrl"] = "https://api.resend.com";
            return settings;
        }
        var simulators = $"http://127.0.0.1:{port}/simulators";
        settings["Upstreams:Spark:BaseUrl"] = $"{simulators}/spark/Version/3/Reso/OData";
        settings["Upstreams:Spark:TokenUrl"] = $"{simulators}/spark/v1/oauth2/grant";
        settings["Upstreams:RentCast:BaseUrl"] = $"{simulators}/rentcast/v1";
        settings["Upstreams:RentCast:ApiKey"] = "sim-local";
        settings["Upstreams:RentCast:Requests"] = "20";
        settings["Upstreams:RentCast:Window"] = "00:00:01";
        settings["Upstreams:Nominatim:BaseUrl"] = $"{simulators}/nominatim";
        settings["Upstreams:Census:BaseUrl"] = $"{simulators}/census";
        return settings;
    }
}
