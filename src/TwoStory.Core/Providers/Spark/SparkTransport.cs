using System.Net.Http.Headers;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Sends one request to an account's MLS, signed in.</summary>
public sealed class SparkTransport(UpstreamClient gate, SparkTokenSource tokens, UpstreamOptions options)
{
    /// <summary>The base address with the slash that makes it a folder.</summary>
    internal static Uri Root(Uri baseUrl) => baseUrl.AbsoluteUri.EndsWith('/') ? baseUrl : new Uri(baseUrl.AbsoluteUri + "/");

    /// <summary>With the account's token; one that has expired is renewed, and once more when its successor expires before it is used.</summary>
    internal async Task<T> GetAsync<T>(SparkAccount account, string operation, Uri url, Func<UpstreamAnswer, T> read, CancellationToken cancel)
    {
        var token = await tokens.GetAsync(account, cancel);
        for (var renewals = 0; ; renewals++)
        {
            try
            {
                return await GetAsync(account, token, operation, url, read, cancel);
            }
            catch (UpstreamException refused) when (account.Credentials is not BearerCredentials && renewals < WorthRenewing(refused))
            {
                token = (await tokens.RenewAsync(account, token, cancel))!;
            }
        }
    }

    // The OData surface says a plain 401 where the native one says 1020; what else it may mean does not change by asking again.
    static int WorthRenewing(UpstreamException refused) => refused.Code switch
    {
        "spark_token_expired" => 2,
        "spark_credentials_refused" => 1,
        _ => 0,
    };

    internal Task<T> GetAsync<T>(SparkAccount account, string token, string operation, Uri url, Func<UpstreamAnswer, T> read, CancellationToken cancel) =>
        gate.SendAsync(account.Call(operation, options.Spark), () => Request(url, token), read, cancel);

    HttpRequestMessage Request(Uri url, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new AuthenticationHeaderValue(options.Spark.AuthScheme, token);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.TryAddWithoutValidation("X-SparkApi-User-Agent", options.Spark.UserAgent);
        return request;
    }
}
