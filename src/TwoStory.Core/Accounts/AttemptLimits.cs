namespace TwoStory.Core.Accounts;

/// <summary>How often one address or one account may try to sign in, to register, or to follow a link. Configuration section <c>Attempts</c>.</summary>
public sealed class AttemptLimits
{
    /// <summary>Failed sign-ins for one e-mail address.</summary>
    public AttemptLimit SignInByEmail { get; set; } = new(10, TimeSpan.FromSeconds(30));

    /// <summary>Sign-ins and refreshes from one network address.</summary>
    public AttemptLimit SignInByAddress { get; set; } = new(300, TimeSpan.FromMilliseconds(200));

    /// <summary>Registrations from one network address.</summary>
    public AttemptLimit RegisterByAddress { get; set; } = new(120, TimeSpan.FromSeconds(1));

    /// <summary>Registrations with one e-mail address.</summary>
    public AttemptLimit RegisterByEmail { get; set; } = new(10, TimeSpan.FromSeconds(30));

    /// <summary>Forgotten passwords of one e-mail address.</summary>
    public AttemptLimit ForgotByEmail { get; set; } = new(5, TimeSpan.FromMinutes(5));

    /// <summary>Forgotten passwords from one network address.</summary>
    public AttemptLimit ForgotByAddress { get; set; } = new(30, TimeSpan.FromSeconds(10));

    /// <summary>Links of mails (invitations, new passwords) followed in vain from one network address.</summary>
    public AttemptLimit LinkByAddress { get; set; } = new(30, TimeSpan.FromSeconds(10));

    /// <summary>Links of mails to one e-mail address that were followed.</summary>
    public AttemptLimit LinkByEmail { get; set; } = new(10, TimeSpan.FromSeconds(30));
}

/// <param name="Burst">How many may come at once, 1 and more.</param>
/// <param name="Each">How long it takes until one more may come.</param>
public sealed record AttemptLimit(int Burst, TimeSpan Each);
