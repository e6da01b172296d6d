using System.Globalization;
using System.Text;
using TwoStory.Core.Accounts;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>How credentials sign in to Spark.</summary>
public enum SparkStrategy
{
    Bearer,
    ClientCredentials,
    RefreshToken,
}

/// <summary>Spark credentials as an owner enters them. Printing them shows no secret.</summary>
/// <param name="AccessToken">With strategy bearer.</param>
/// <param name="ClientId">With strategies client_credentials and refresh_token, together with <paramref name="ClientSecret"/>; both are optional
/// where the product has a client of its own.</param>
/// <param name="RefreshToken">With strategy refresh_token.</param>
/// <param name="BaseUrl">The address of the RESO Web API; detected by default.</param>
/// <param name="PageSize">Rows a page, 1–1000; detected by default.</param>
/// <param name="RequestsPer5Minutes">The rate limit of the key; the product's setting by default.</param>
public sealed record NewSparkCredentials(
    SparkStrategy? Strategy, string? AccessToken = null, string? ClientId = null, string? ClientSecret = null, string? RefreshToken = null,
    Uri? BaseUrl = null, int? PageSize = null, int? RequestsPer5Minutes = null)
{
    /// <param name="productHasClient">Whether a client is optional.</param>
    /// <exception cref="ValidationException">A field is missing, or does not belong to the strategy.</exception>
    internal SparkCredentials Credentials(bool productHasClient)
    {
        var errors = new FieldErrors();
        errors.AddIf(Strategy is null, "strategy", "must be one of bearer, client_credentials, refresh_token.");
        errors.ThrowIfAny();
        Field(errors, "accessToken", AccessToken, isRequired: Strategy is SparkStrategy.Bearer);
        if (Strategy is SparkStrategy.Bearer || !productHasClient || ClientId is not null || ClientSecret is not null)
        {
            Field(errors, "clientId", ClientId, isRequired: Strategy is not SparkStrategy.Bearer);
            Field(errors, "clientSecret", ClientSecret, isRequired: Strategy is not SparkStrategy.Bearer);
        }
        Field(errors, "refreshToken", RefreshToken, isRequired: Strategy is SparkStrategy.RefreshToken);
        errors.ThrowIfAny();
        return Strategy switch
        {
            SparkStrategy.Bearer => new BearerCredentials(AccessToken!),
            SparkStrategy.ClientCredentials => new ClientCredentials(ClientId, ClientSecret),
            _ => new RefreshTokenCredentials(ClientId, ClientSecret, RefreshToken!),
        };
    }

    void Field(FieldErrors errors, string name, string? value, bool isRequired)
    {
        errors.AddIf(isRequired && string.IsNullOrWhiteSpace(value), name, "is required.");
        errors.AddIf(!isRequired && value is not null, name, $"does not belong to the strategy {WireName.From(Strategy!.Value)}.");
    }

    bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(Strategy)).Append(" = ").Append(Strategy);
        return true;
    }
}

/// <summary>Tests and saves an organization's Spark credentials.</summary>
public sealed class SparkCredentialService(
    SparkAccounts accounts, SparkConnectionTest connection, SparkCredentialStore store, SparkOptions options, TimeProvider time)
{
    /// <exception cref="ValidationException">A field is missing or not allowed.</exception>
    /// <exception cref="UnprocessableException">Spark refuses the credentials; the previous ones stay.</exception>
    /// <exception cref="UnavailableException">Spark did not answer.</exception>
    /// <exception cref="UpstreamException">CapReached: the organization's own cap leaves no request for the test.</exception>
    public async Task SetAsync(Caller caller, NewSparkCredentials request, CancellationToken cancel)
    {
        var account = accounts.New(caller.OrganizationId, request.Credentials(options.HasClient), request.BaseUrl, request.PageSize,
            request.RequestsPer5Minutes);
        var tested = await TestAsync(account, cancel);
        var pageSize = request.PageSize ?? (tested.PageSizeKnown ? tested.PageSize : null);
        // The test has replaced a refresh token, so the new one is saved even if the request was cancelled.
        await store.SaveAsync(
            caller.OrganizationId, tested.Credentials, tested.BaseUrl, pageSize, request.RequestsPer5Minutes,
            caller.Did(AuditAction.SparkCredentialsSet, detail: WireName.From(request.Strategy!.Value)), CancellationToken.None);
    }

    async Task<SparkConnection> TestAsync(SparkAccount account, CancellationToken cancel)
    {
        try
        {
            return await connection.TestAsync(account, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind is UpstreamFailure.Refused)
        {
            throw new UnprocessableException("spark_credentials_refused", $"Spark does not accept these credentials: {failure.Message}");
        }
        catch (UpstreamException failure) when (failure.Kind is UpstreamFailure.NotFound or UpstreamFailure.Rejected)
        {
            throw new UnprocessableException("spark_credentials_refused",
                "Spark accepts the credentials but does not search listings at this address. Check baseUrl with the MLS.");
        }
        catch (UpstreamException failure) when (failure.Kind is not UpstreamFailure.CapReached)
        {
            var wait = failure.RetryAt is { } at ? at - time.GetUtcNow().UtcDateTime : TimeSpan.FromMinutes(1);
            throw new UnavailableException("spark_unavailable", "Spark is not available, so the credentials were not saved. Try again later.", wait);
        }
    }
}

/// <summary>The result of a connection test.</summary>
/// <param name="Credentials">The credentials to store: the test replaces a refresh token.</param>
/// <param name="BaseUrl">The address that works; a replication key has a host of its own.</param>
/// <param name="PageSize">The most rows a page.</param>
/// <param name="PageSizeKnown">False when there were too few listings to find out, and the least is assumed.</param>
public sealed record SparkConnection(SparkCredentials Credentials, Uri BaseUrl, int PageSize, bool PageSizeKnown);

/// <summary>Tests with one small request whether credentials work, and how many rows a page can have.</summary>
public sealed class SparkConnectionTest(SparkClient spark, SparkTokenSource tokens, TimeProvider time)
{
    const int SmallPage = 25;
    const int LargePage = 1000;
    const string ReplicationHost = "replication.sparkapi.com";

    /// <exception cref="UpstreamException">Refused: the credentials do not work.</exception>
    public async Task<SparkConnection> TestAsync(SparkAccount account, CancellationToken cancel)
    {
        var (token, credentials) = await tokens.IssueAsync(account, cancel);
        try
        {
            return await TestAsync(account, token, credentials, cancel);
        }
        catch (UpstreamException failure) when (failure.Code == "spark_wrong_host" && account.BaseUrl.Host == "sparkapi.com")
        {
            var moved = account with { BaseUrl = new UriBuilder(account.BaseUrl) { Host = ReplicationHost }.Uri };
            return await TestAsync(moved, token, credentials, cancel);
        }
    }

    async Task<SparkConnection> TestAsync(SparkAccount account, string token, SparkCredentials credentials, CancellationToken cancel)
    {
        SparkConnection Found(int size, bool known) => new(credentials, account.BaseUrl, size, known);
        try
        {
            var page = await FetchAsync(account, token, LargePage, cancel);
            var rows = page.Listings.Count + page.Dropped;
            if (page.Next is not null && rows >= SmallPage) return Found(rows, true);
            return rows > SmallPage ? Found(LargePage, true) : Found(SmallPage, false);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected)
        {
            await FetchAsync(account, token, SmallPage, cancel);
            return Found(SmallPage, true);
        }
    }

    Task<SparkPage> FetchAsync(SparkAccount account, string token, int top, CancellationToken cancel)
    {
        var since = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-30);
        var filter = Uri.EscapeDataString($"StandardStatus eq 'Closed' and CloseDate ge {since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        var url = new Uri(account.Root, $"Property?$filter={filter}&$top={top}&$select=ListingKey");
        return spark.PageAsync(account, token, "probe", url, cancel);
    }
}
