using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>One organization's access to its MLS.</summary>
/// <param name="BaseUrl">The address of the RESO Web API, without <c>/Property</c>.</param>
/// <param name="PageSize">The most rows a page, 1 to 1,000.</param>
/// <param name="RequestsPer5Minutes">The rate limit of the credential, shared by all organizations that use it.</param>
/// <param name="PageSizeKnown">False when the page size is only the least that any key allows.</param>
public sealed record SparkAccount(
    Guid OrganizationId, SparkCredentials Credentials, Uri BaseUrl, int PageSize, int RequestsPer5Minutes, bool PageSizeKnown)
{
    /// <summary>Called after every request that was sent.</summary>
    public Func<CancellationToken, Task>? Counting { get; init; }

    /// <summary>The base address with a trailing slash, for relative addresses.</summary>
    internal Uri Root => BaseUrl.AbsoluteUri.EndsWith('/') ? BaseUrl : new Uri(BaseUrl.AbsoluteUri + "/");

    internal UpstreamCall Call(string operation, SparkOptions options) => new()
    {
        Provider = UpstreamProviders.Spark,
        Operation = operation,
        OrganizationId = OrganizationId,
        LimitKey = $"{UpstreamProviders.Spark}:{Credentials.Fingerprint}",
        Limit = new RateLimit(RequestsPer5Minutes, options.Window),
        AttemptTimeout = options.AttemptTimeout,
        Quota = UsageQuota.Cap,
        Counting = Counting,
        // The limit is counted over a window, so it can take a whole window until requests are accepted again.
        BackOff = options.Window,
    };
}

/// <summary>Loads organizations' access to their MLS.</summary>
public sealed class SparkAccounts(SparkCredentialStore store, SparkOptions options)
{
    /// <exception cref="UpstreamException">Refused: the organization has no credentials, they cannot be decrypted, or Spark has refused them since
    /// they were saved.</exception>
    public async Task<SparkAccount> LoadAsync(Guid organizationId, CancellationToken cancel)
    {
        var stored = await OpenAsync(organizationId, cancel)
            ?? throw Refused("spark_credentials_missing", "The organization has no Spark credentials. An owner enters them in the settings.");
        if (stored.Refused)
        {
            throw Refused("spark_credentials_refused", "Spark refused the organization's credentials. An owner enters new ones in the settings.");
        }
        return New(organizationId, stored.Credentials, stored.BaseUrl, stored.PageSize, stored.RequestsPer5Minutes);
    }

    /// <summary>An account that is not stored, with the product's settings for values that are not given.</summary>
    /// <exception cref="ValidationException">A value is not allowed.</exception>
    public SparkAccount New(Guid organizationId, SparkCredentials credentials, Uri? baseUrl, int? pageSize, int? requestsPer5Minutes)
    {
        credentials.Validate();
        if (baseUrl is not null && !options.Accepts(baseUrl))
        {
            throw new ValidationException("baseUrl", "Must be an https address of sparkapi.com or of a host that the operator allows.");
        }
        if (pageSize is < 1 or > 1000) throw new ValidationException("pageSize", "Must be 1 to 1000.");
        if (requestsPer5Minutes is < 1 or > 100_000) throw new ValidationException("requestsPer5Minutes", "Must be 1 to 100,000.");
        return new SparkAccount(organizationId, credentials, baseUrl ?? options.BaseUrl,
            pageSize ?? options.PageSize, requestsPer5Minutes ?? options.RequestsPerWindow, pageSize is not null);
    }

    async Task<StoredSparkCredentials?> OpenAsync(Guid organizationId, CancellationToken cancel)
    {
        try
        {
            return await store.LoadAsync(organizationId, cancel);
        }
        catch (UnreadableSecretException)
        {
            throw Refused("spark_credentials_unreadable",
                "The organization's Spark credentials cannot be decrypted with the current key. An owner enters them again.");
        }
    }

    static UpstreamException Refused(string code, string message) => new(UpstreamFailure.Refused, UpstreamProviders.Spark, code, message);
}
