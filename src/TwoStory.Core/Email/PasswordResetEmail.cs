namespace TwoStory.Core.Email;

/// <summary>Lets somebody who forgot their password set a new one.</summary>
public static class PasswordResetEmail
{
    public const string Template = "password_reset";

    /// <param name="link">Where the new password is set; it carries the single-use token.</param>
    /// <param name="minutes">How long the link works.</param>
    public static RenderedEmail Render(string link, int minutes)
    {
        const string Line = "Somebody asked to reset the password of your TwoStory account.";
        var until = $"The link works once, for {minutes} minutes. A new password ends every session that is signed in.";
        return RenderedEmail.Create(
            Template, "Reset your TwoStory password",
            $"<p>{Line}</p><p><a href=\"{RenderedEmail.Escape(link)}\">Set a new password</a></p><p>{until}</p>\n",
            $"{Line}\n\nSet a new password: {link}\n{until}\n",
            "If you did not ask for this, ignore it: your password stays as it is.") with
        { CarriesSecret = true };
    }
}
