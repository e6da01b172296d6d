using TwoStory.Core;
using TwoStory.Core.Email;

namespace TwoStory.Api;

/// <summary>The settings of the API.</summary>
public sealed class ApiOptions
{
    /// <summary>Signs access tokens: <c>JWT_SECRET</c>, at least 32 characters.</summary>
    public required string JwtSecret { get; init; }

    /// <summary>The only origin that browsers may call from, and the base address of links in e-mails: <c>FRONTEND_URL</c>.</summary>
    public required Uri FrontendUrl { get; init; }

    /// <summary>The maximum size of a request body, in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 256 * 1024;

    /// <summary>The limits beyond which an instance refuses requests.</summary>
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
