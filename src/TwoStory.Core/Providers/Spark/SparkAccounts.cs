using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Opens an organization's access to its MLS.</summary>
public sealed class SparkAccounts(SparkCredentialStore store, UpstreamOptions options)
{
    /// <exception cref="UpstreamException">Refused: the organization has no credentials, they cannot be opened, or Spark refused them since they were saved.</exception>
    public async Task<SparkAccount> LoadAsync(Guid organizationId, CancellationToken cancel)
    {
        var stored = await OpenAsync(organizationId, cancel)
            ?? throw Refused("spark_credentials_missing", "The organization has no Spark credentials yet; its owner enters them in the settings.");
        if (stored.Refused) throw Refused("spark_credentials_refused", "Spark refused the organization's credentials; its owner enters new ones in the settings.");
        return New(organizationId, stored.Credentials, stored.BaseUrl, stored.PageSize, stored.RequestsPer5Minutes);
    }

    /// <summary>An account that is not stored, with the product's settings where none is given.</summary>
    /// <exception cref="ValidationException">A field cannot be used.</exception>
    public SparkAccount New(Guid organizationId, SparkCredentials credentials, Uri? baseUrl, int? pageSize, int? requestsPer5Minutes)
    {
        credentials.Validate();
        if (baseUrl is not null && !options.Spark.Accepts(baseUrl)) throw new ValidationException("baseUrl", "Must be an https address of sparkapi.com or of a host that the operator allows.");
        if (pageSize is < 1 or > 1000) throw new ValidationException("pageSize", "Must be 1 to 1000.");
        if (requestsPer5Minutes is < 1 or > 100_000) throw new ValidationException("requestsPer5Minutes", "Must be 1 to 100,000.");
        return new SparkAccount(organizationId, credentials, baseUrl ?? options.Spark.BaseUrl,
            pageSize ?? options.Spark.PageSize, requestsPer5Minutes ?? options.Spark.RequestsPerWindow, pageSize is not null);
    }

    async Task<StoredSparkCredentials?> OpenAsync(Guid organizationId, CancellationToken cancel)
    {
        try
        {
            return await store.LoadAsync(organizationId, cancel);
        }
        catch (UnreadableSecretException)
        {
            throw Refused("spark_credentials_unreadable", "The organization's Spark credentials cannot be opened with the key in use; its owner enters them again.");
        }
    }

    static UpstreamException Refused(string code, string message) => new(UpstreamFailure.Refused, UpstreamProviders.Spark, code, message);
}
