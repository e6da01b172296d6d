using TwoStory.Core;
using TwoStory.Core.Email;

namespace TwoStory.Api;

/// <summary>The API's own settings.</summary>
public sealed class ApiOptions
{
    /// <summary>Signs access tokens: <c>JWT_SECRET</c>, at least 32 characters.</summary>
    public required string JwtSecret { get; init; }

    /// <summary>The only origin that a browser may call from, and where links in e-mails lead: <c>FRONTEND_URL</c>.</summary>
    public required Uri FrontendUrl { get; init; }

    /// <summary>The largest body of a request, in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 256 * 1024;

    /// <summary>When an instance refuses to take on more.</summary>
    public LoadSheddingOptions LoadShedding { get; init; } = LoadSheddingOptions.Default;

    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static ApiOptions Read(IConfiguration configuration)
    {
        var secret = configuration["JWT_SECRET"];
        if (secret is null or { Length: < 32 }) throw new SettingException("JWT_SECRET must be set to a random text of at least 32 characters.");
        return new ApiOptions
        {
            JwtSecret = secret,
            FrontendUrl = new Uri(EmailOptions.Read(configuration).FrontendUrl),
            LoadShedding = LoadSheddingOptions.Read(configuration),
        };
    }
}
