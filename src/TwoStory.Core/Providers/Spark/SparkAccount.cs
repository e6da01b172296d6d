using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>One organization's access to its MLS.</summary>
/// <param name="BaseUrl">Of the RESO Web API, without <c>/Property</c>.</param>
/// <param name="PageSize">Rows a page may have, 1 to 1000.</param>
/// <param name="RequestsPer5Minutes">Of the credential, whoever uses it.</param>
/// <param name="PageSizeKnown">False when the page size is only the least that any key has.</param>
public sealed record SparkAccount(
    Guid OrganizationId, SparkCredentials Credentials, Uri BaseUrl, int PageSize, int RequestsPer5Minutes, bool PageSizeKnown)
{
    /// <summary>Told of every request, after it was made.</summary>
    public Func<CancellationToken, Task>? Counting { get; init; }

    internal UpstreamCall Call(string operation, SparkOptions options) => new()
    {
        Provider = UpstreamProviders.Spark,
        Operation = operation,
        OrganizationId = OrganizationId,
        LimitKey = $"{UpstreamProviders.Spark}:{Credentials.Fingerprint}",
        Limit = new RateLimit(RequestsPer5Minutes, options.Window),
        AttemptTimeout = options.AttemptTimeout,
        Counting = Counting,
        // The limit is counted over a window, so it takes up to a whole one to be let in again.
        BackOff = options.Window,
    };
}
