namespace TwoStory.Core.Upstreams;

/// <summary>What a failed call to a provider means for the work that needed it.</summary>
public enum UpstreamFailure
{
    /// <summary>The credentials or the subscription are not good: stop all work that needs them until somebody changes them.</summary>
    Refused,

    /// <summary>The provider does not have it.</summary>
    NotFound,

    /// <summary>The budget is spent until <see cref="UpstreamException.RetryAt"/>.</summary>
    LimitReachedException,

    /// <summary>The organization allows itself no more this month: stop all work that needs the provider, without waiting for <see cref="UpstreamException.RetryAt"/>.</summary>
    CapReached,

    /// <summary>The question is too large or too slow to answer: ask for less at once.</summary>
    TooComplex,

    /// <summary>The provider will never accept this request; asking again does not help.</summary>
    Rejected,

    /// <summary>The provider is down, stalls or cannot be reached; try again at <see cref="UpstreamException.RetryAt"/>.</summary>
    Unavailable,

    /// <summary>The provider answered something that cannot be understood, several times.</summary>
    BadAnswer,
}
