namespace TwoStory.Tests.Hosting;

/// <summary>A fact about behaviour for root only; skipped for other users.</summary>
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
