namespace TwoStory.Core.Email;

/// <summary>Invites somebody to an organization.</summary>
public static class InvitationEmail
{
    public const string Template = "invitation";

    /// <param name="organizationName">The organization that invites.</param>
    /// <param name="invitedBy">The name of who invites.</param>
    /// <param name="role">owner, admin or agent.</param>
    /// <param name="link">Where the invitation is accepted; it carries the single-use token.</param>
    /// <param name="expiresOn">The last day on which the link works.</param>
    public static RenderedEmail Render(string organizationName, string invitedBy, string role, string link, DateOnly expiresOn)
    {
        var line = $"{invitedBy} invites you to join {organizationName} on TwoStory as an {role}.";
        var until = $"The link works once, until {DisplayFormat.Date(expiresOn)}.";
        return RenderedEmail.Create(
            Template, $"Join {organizationName} on TwoStory",
            $"<p>{RenderedEmail.Escape(line)}</p><p><a href=\"{RenderedEmail.Escape(link)}\">Accept the invitation</a></p><p>{until}</p>\n",
            $"{line}\n\nAccept the invitation: {link}\n{until}\n",
            "If you do not know who sent this, ignore it.") with
        { CarriesSecret = true };
    }
}
