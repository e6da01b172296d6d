namespace TwoStory.Core.Accounts;

/// <summary>How long sign-ins last. Configuration section <c>Sessions</c>.</summary>
public sealed class SessionLifetimes
{
    /// <summary>How long an access token is taken, unless its session ends before.</summary>
    public TimeSpan AccessToken { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a sign-in can be continued without a password after it was last used.</summary>
    public TimeSpan RefreshToken { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a replaced refresh token still works, so that two tabs may refresh at once.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(10);

    public void Validate()
    {
        if (AccessToken <= TimeSpan.Zero || RefreshToken <= AccessToken || RefreshGrace < TimeSpan.Zero)
        {
            throw new SettingException("Sessions: AccessToken must be positive and shorter than RefreshToken, and RefreshGrace not negative.");
        }
    }
}
