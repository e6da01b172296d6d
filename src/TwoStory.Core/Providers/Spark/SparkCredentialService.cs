using TwoStory.Core.Accounts;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Takes an organization's Spark credentials, once Spark has accepted them.</summary>
public sealed class SparkCredentialService(SparkAccounts accounts, SparkClient spark, SparkCredentialStore store, UpstreamOptions options, TimeProvider clock)
{
    /// <exception cref="Invalid">A field is missing or cannot be used.</exception>
    /// <exception cref="Refused">Spark did not accept them; those from before stay.</exception>
    /// <exception cref="Unavailable">Spark could not be asked.</exception>
    /// <exception cref="UpstreamException">CapReached: the organization's own cap leaves no request for the test.</exception>
    public async Task SetAsync(Caller caller, NewSparkCredentials request, CancellationToken cancel)
    {
        var account = accounts.New(caller.OrganizationId, request.Credentials(options.Spark.HasClient), request.BaseUrl, request.PageSize, request.RequestsPer5Minutes);
        var probe = await ProbeAsync(account, cancel);
        var pageSize = request.PageSize ?? (probe.PageSizeKnown ? probe.PageSize : null);
        // A tested refresh token is used up: its successor is kept even when nobody waits for the answer any more.
        await store.SaveAsync(
            caller.OrganizationId, probe.Credentials, probe.BaseUrl, pageSize, request.RequestsPer5Minutes,
            caller.Did(AuditAction.SparkCredentialsSet, detail: WireName.Of(request.Strategy!.Value)), CancellationToken.None);
    }

    async Task<SparkProbe> ProbeAsync(SparkAccount account, CancellationToken cancel)
    {
        try
        {
            return await spark.ProbeAsync(account, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind is UpstreamFailure.Refused)
        {
            throw new Refused("spark_credentials_refused", $"Spark does not accept these credentials: {failure.Message}");
        }
        catch (UpstreamException failure) when (failure.Kind is UpstreamFailure.NotFound or UpstreamFailure.Rejected)
        {
            throw new Refused("spark_credentials_refused", "Spark accepts the credentials and refuses to search listings at this address. Check baseUrl with the MLS.");
        }
        catch (UpstreamException failure) when (failure.Kind is not UpstreamFailure.CapReached)
        {
            var wait = failure.RetryAt is { } at ? at - clock.GetUtcNow().UtcDateTime : TimeSpan.FromMinutes(1);
            throw new Unavailable("spark_unavailable", "Spark cannot be asked just now, so the credentials were not kept. Try again later.", wait);
        }
    }
}
