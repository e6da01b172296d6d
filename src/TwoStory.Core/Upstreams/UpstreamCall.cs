namespace TwoStory.Core.Upstreams;

/// <summary>What is known of a call before it is made: who pays, whose budget it uses and how patient to be.</summary>
public sealed record UpstreamCall
{
    /// <summary>One of <see cref="UpstreamProviders"/>.</summary>
    public required string Provider { get; init; }

    /// <summary>What is asked, as <c>api_usage</c> lists it, such as <c>search</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Null for the product's own calls.</summary>
    public required Guid? OrganizationId { get; init; }

    /// <summary>The budget: the provider and a fingerprint of its credential.</summary>
    public required string LimitKey { get; init; }

    public required RateLimit Limit { get; init; }

    /// <summary>How long one attempt may take, from sending to the last byte.</summary>
    public required TimeSpan AttemptTimeout { get; init; }

    /// <summary>How long to hold back after a 429 that does not say.</summary>
    public required TimeSpan BackOff { get; init; }

    /// <summary>What an answered call costs, USD.</summary>
    public decimal Cost { get; init; }

    /// <summary>Told of every attempt, after it was made.</summary>
    public Func<CancellationToken, Task>? Counting { get; init; }

    /// <summary>False when doing it twice differs from doing it once.</summary>
    public bool SafeToRepeat { get; init; } = true;
}
