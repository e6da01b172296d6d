using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Writes the e-mails about accounts in the transaction of the change they report. The email folder implements it.</summary>
public interface IAccountEmails
{
    /// <summary>Writes the e-mail of an invitation.</summary>
    /// <param name="transaction">The transaction that stores the invitation.</param>
    /// <param name="invitation">The invitation.</param>
    /// <param name="organization">The organization that invites.</param>
    /// <param name="invitedBy">The name of the user who invites.</param>
    /// <param name="token">The single-use token that the link carries.</param>
    Task EnqueueInvitationAsync(Transaction transaction, Invitation invitation, Organization organization, string invitedBy, string token);

    /// <summary>Writes the e-mail with the link to set a new password.</summary>
    /// <param name="transaction">The transaction that stores the link.</param>
    /// <param name="user">The user; null for an unknown address. The same statement then runs and stores nothing.</param>
    /// <param name="address">The e-mail address that was entered.</param>
    /// <param name="token">The single-use token that the link carries.</param>
    /// <param name="lifetime">How long the link works.</param>
    Task EnqueuePasswordResetAsync(Transaction transaction, User? user, string address, string token, TimeSpan lifetime);
}
