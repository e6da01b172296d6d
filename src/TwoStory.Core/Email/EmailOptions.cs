using Microsoft.Extensions.Configuration;
using TwoStory.Core.Usage;

namespace TwoStory.Core.Email;

/// <summary>How the product's mail looks from outside.</summary>
public sealed class EmailOptions
{
    /// <summary>The sender, <c>Name &lt;address&gt;</c>; <c>EMAIL_FROM</c>.</summary>
    public string From { get; set; } = "TwoStory <alerts@twostory.example>";

    /// <summary>Where links in mail lead, without a trailing slash; <c>FRONTEND_URL</c>.</summary>
    public string FrontendUrl { get; set; } = "http://localhost:5173";

    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static EmailOptions Read(IConfiguration configuration)
    {
        var options = new EmailOptions();
        options.From = configuration["EMAIL_FROM"] ?? options.From;
        options.FrontendUrl = (configuration["FRONTEND_URL"] ?? options.FrontendUrl).TrimEnd('/');
        Setting.Require(
            options.From.Contains('@', StringComparison.Ordinal) && !options.From.Any(char.IsControl), "EMAIL_FROM", "must be an address, such as TwoStory <alerts@example.com>");
        return options;
    }
}
