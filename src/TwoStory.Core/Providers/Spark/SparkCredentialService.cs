using TwoStory.Core.Accounts;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Takes an organization's Spark credentials, once Spark has accepted them.</summary>
public sealed class SparkCredentialService(SparkAccounts accounts, SparkClient spark, SparkCredentialStore store, UpstreamOptions options, TimeProvider time)
{
    /// <exception cref="ValidationException">A field is missing or cannot be used.</exception>
    /// <exception cref="UnprocessableException">Spark did not accept them; those from before stay.</exception>
    /// <exception cref="UnavailableException">Spark could not be asked.</exception>
    /// <exception cref="UpstreamException">CapReached: the organization's own cap leaves no request for the test.</exception>
    public async Task SetAsync(Caller caller, NewSparkCredentials request, CancellationToken cancel)
    {
        var account = accounts.New(caller.OrganizationId, request.Credentials(options.Spark.HasClient), request.BaseUrl, request.PageSize, request.RequestsPer5Minutes);
        var probe = await TestAsync(account, cancel);
        var pageSize = request.PageSize ?? (probe.PageSizeKnown ? probe.PageSize : null);
        // A tested refresh token is used up: its successor is kept even when nobody waits for the answer any more.
        await store.SaveAsync(
            caller.OrganizationId, probe.Credentials, probe.BaseUrl, pageSize, request.RequestsPer5Minutes,
            caller.Did(AuditAction.SparkCredentialsSet, detail: WireName.From(request.Strategy!.Value)), CancellationToken.None);
    }

    async Task<SparkConnection> TestAsync(SparkAccount account, CancellationToken cancel)
    {
        try
        {
            return await spark.TestAsync(account, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind is UpstreamFailure.Refused)
        {
            throw new UnprocessableException("spark_credentials_refused", $"Spark does not accept these credentials: {failure.Message}");
        }
        catch (UpstreamException failure) when (failure.Kind is UpstreamFailure.NotFound or UpstreamFailure.Rejected)
        {
            throw new UnprocessableException("spark_credentials_refused", "Spark accepts the credentials and refuses to search listings at this address. Check baseUrl with the MLS.");
        }
        catch (UpstreamException failure) when (failure.Kind is not UpstreamFailure.CapReached)
        {
            var wait = failure.RetryAt is { } at ? at - time.GetUtcNow().UtcDateTime : TimeSpan.FromMinutes(1);
            throw new UnavailableException("spark_unavailable", "Spark cannot be asked just now, so the credentials were not kept. Try again later.", wait);
        }
    }
}
