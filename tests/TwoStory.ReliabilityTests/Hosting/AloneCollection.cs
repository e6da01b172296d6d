namespace TwoStory.Tests.Hosting;

/// <summary>Tests of time or memory run without other tests in the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
