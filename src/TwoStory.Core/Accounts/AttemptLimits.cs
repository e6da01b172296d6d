namespace TwoStory.Core.Accounts;

/// <summary>How often one address or one account may try to sign in or register. Configuration section <c>Attempts</c>.</summary>
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
}

/// <param name="Burst">How many may come at once, 1 and more.</param>
/// <param name="Each">How long it takes until one more may come.</param>
public sealed record AttemptLimit(int Burst, TimeSpan Each);
