using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Email;

/// <summary>Puts the e-mails about accounts into the outbox.</summary>
sealed class AccountEmails(OutboxStore outbox) : IAccountEmails
{
    public Task EnqueueInvitationAsync(Transaction transaction, Invitation invitation, Organization organization, string invitedBy, string token)
    {
        var email = InvitationEmail.Render(
            organization.Name, invitedBy, WireName.From(invitation.Role), $"{outbox.FrontendUrl}/accept-invite?token={token}",
            DateOnly.FromDateTime(invitation.ExpiresAt));
        return outbox.EnqueueAsync(transaction, organization.Id, invitation.Email, email, $"invitation:{Fingerprint(token)}");
    }

    public Task EnqueuePasswordResetAsync(Transaction transaction, User? user, string address, string token, TimeSpan lifetime)
    {
        var email = PasswordResetEmail.Render($"{outbox.FrontendUrl}/reset-password?token={token}", (int)lifetime.TotalMinutes);
        // No organization has the empty id, so nothing is stored for an unknown address. The statement runs all the same.
        return outbox.EnqueueAsync(
            transaction, user?.OrganizationId ?? Guid.Empty, user?.Email ?? address, email, $"password-reset:{Fingerprint(token)}");
    }

    static string Fingerprint(string token) => Convert.ToHexStringLower(SecretToken.Hash(token)!);
}

/// <summary>Invites a person to an organization.</summary>
static class InvitationEmail
{
    public const string Template = "invitation";

    /// <param name="organizationName">The organization that invites.</param>
    /// <param name="invitedBy">The name of the user who invites.</param>
    /// <param name="role">owner, admin or agent.</param>
    /// <param name="link">The page that accepts the invitation, with the single-use token.</param>
    /// <param name="expiresOn">The last day on which the link works.</param>
    public static RenderedEmail Render(string organizationName, string invitedBy, string role, string link, DateOnly expiresOn)
    {
        var line = $"{invitedBy} invites you to join {organizationName} on TwoStory as an {role}.";
        var until = $"The link works once, until {DisplayFormat.Date(expiresOn)}.";
        return RenderedEmail.Create(
            Template, $"Join {organizationName} on TwoStory",
            $"<p>{RenderedEmail.Escape(line)}</p><p><a href=\"{RenderedEmail.Escape(link)}\">Accept the invitation</a></p><p>{until}</p>\n",
            $"{line}\n\nAccept the invitation: {link}\n{until}\n",
            "If you do not know the sender, ignore this e-mail.") with
        { CarriesSecret = true };
    }
}

/// <summary>Lets a user who forgot the password set a new one.</summary>
static class PasswordResetEmail
{
    public const string Template = "password_reset";

    /// <param name="link">The page that sets the new password, with the single-use token.</param>
    /// <param name="minutes">How long the link works.</param>
    public static RenderedEmail Render(string link, int minutes)
    {
        const string Line = "We received a request to reset the password of your TwoStory account.";
        var until = $"The link works once, for {minutes} minutes. A new password signs you out everywhere.";
        return RenderedEmail.Create(
            Template, "Reset your TwoStory password",
            $"<p>{Line}</p><p><a href=\"{RenderedEmail.Escape(link)}\">Set a new password</a></p><p>{until}</p>\n",
            $"{Line}\n\nSet a new password: {link}\n{until}\n",
            "If you did not make this request, ignore this e-mail. Your password stays the same.") with
        { CarriesSecret = true };
    }
}
