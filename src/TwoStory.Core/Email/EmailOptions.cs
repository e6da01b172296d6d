namespace TwoStory.Core.Email;

/// <summary>How the product's mail looks from outside.</summary>
public sealed class EmailOptions
{
    /// <summary>The sender, <c>Name &lt;address&gt;</c>; <c>EMAIL_FROM</c>.</summary>
    public string From { get; set; } = "TwoStory <alerts@twostory.example>";

    /// <summary>Where links in mail lead, without a trailing slash; <c>FRONTEND_URL</c>.</summary>
    public string FrontendUrl { get; set; } = "http://localhost:5173";
}
