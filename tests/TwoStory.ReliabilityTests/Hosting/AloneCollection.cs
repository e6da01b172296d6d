namespace TwoStory.Tests.Hosting;

/// <summary>What measures time or memory has the machine and the process to itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
