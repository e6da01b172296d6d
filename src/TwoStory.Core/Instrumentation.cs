using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TwoStory.Core;

/// <summary>The product's own spans and metrics. A host exports what has <see cref="Name"/>; docs/operations.md lists the metrics.</summary>
/// <remarks>Attributes have few values and never contain an organization, a person, an address or a secret.
/// Spans may name the organization by its id.</remarks>
public static class Instrumentation
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "TwoStory";

    internal static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);

    /// <summary>Creates a histogram of seconds with boundaries from 10 ms to the given longest one, as in the conventions of OpenTelemetry.</summary>
    internal static Histogram<double> Seconds(string name, string description, params double[] boundaries) =>
        Meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}
