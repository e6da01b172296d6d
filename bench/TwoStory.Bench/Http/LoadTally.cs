using System.Collections.Concurrent;

namespace TwoStory.Bench.Http;

/// <summary>The results of the requests of one kind.</summary>
sealed class KindTally
{
    long refused;
    long errors;

    public LatencyCounts Answered { get; } = new();

    /// <summary>429 and 503 with Retry-After.</summary>
    public long Refused => Interlocked.Read(ref refused);

    public long Errors => Interlocked.Read(ref errors);

    public void Refuse() => Interlocked.Increment(ref refused);

    public void Fail() => Interlocked.Increment(ref errors);
}

/// <summary>The results of all requests.</summary>
sealed class LoadTally
{
    const int Examples = 10;

    readonly ConcurrentDictionary<string, KindTally> kinds = new();
    readonly ConcurrentQueue<string> examples = new();

    public IEnumerable<KeyValuePair<string, KindTally>> Kinds => kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal);

    /// <summary>Descriptions of the first errors.</summary>
    public IEnumerable<string> FirstErrors => examples;

    public long Errors => kinds.Values.Sum(kind => kind.Errors);

    public long Answered => kinds.Values.Sum(kind => kind.Answered.Total);

    public KindTally For(string kind) => kinds.GetOrAdd(kind, _ => new KindTally());

    public void Fail(string kind, string what)
    {
        For(kind).Fail();
        if (examples.Count < Examples) examples.Enqueue($"{kind}: {what}");
    }
}
