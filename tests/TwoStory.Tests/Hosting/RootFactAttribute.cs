namespace TwoStory.Tests.Hosting;

/// <summary>A fact about what is done for root only; skipped for everybody else.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            Skip = "Only root runs PostgreSQL as another user.";
        }
    }
}
