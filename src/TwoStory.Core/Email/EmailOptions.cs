using System.Net.Mail;
using Microsoft.Extensions.Configuration;
using TwoStory.Core.Accounts;

namespace TwoStory.Core.Email;

/// <summary>The settings of e-mails.</summary>
/// <param name="From">The sender, <c>Name &lt;address&gt;</c>; <c>EMAIL_FROM</c>.</param>
/// <param name="FrontendUrl">The base address of links in e-mails, without a trailing slash; <c>FRONTEND_URL</c>.</param>
public sealed record EmailOptions(string From, string FrontendUrl)
{
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static EmailOptions Read(IConfiguration configuration)
    {
        var (from, frontend) = (configuration["EMAIL_FROM"] ?? "", configuration["FRONTEND_URL"] ?? "");
        var isAddress = MailAddress.TryCreate(from, out var address) && EmailAddress.IsValid(address.Address) && !from.Any(char.IsControl);
        Setting.Require(isAddress, "EMAIL_FROM", "must be an address, such as TwoStory <alerts@example.com>");
        var isUrl = Uri.TryCreate(frontend, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };
        Setting.Require(isUrl, "FRONTEND_URL", "must be the address of the frontend, such as https://app.example.com");
        return new EmailOptions(from, frontend.TrimEnd('/'));
    }
}
