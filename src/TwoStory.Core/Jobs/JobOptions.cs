namespace TwoStory.Core.Jobs;

/// <summary>How runs try again.</summary>
public sealed class JobOptions
{
    /// <summary>How often a batch may fail in passing before it is given up, 1 and more.</summary>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>The wait after the first failure; it doubles with each further one.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How many batches an engine is handed at a time, 1 and more.</summary>
    public int Window { get; set; } = 16;

    /// <summary>How many organizations an engine looks at in one step, 1 and more.</summary>
    public int OrganizationsPerPage { get; set; } = 200;
}
