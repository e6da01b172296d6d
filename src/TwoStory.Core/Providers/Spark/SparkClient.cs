using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Fetches listings from an MLS that speaks the RESO Web API, as Spark does.</summary>
public sealed class SparkClient(
    [FromKeyedServices(UpstreamProviders.Spark)] UpstreamClient http, SparkTokenSource tokens, SparkCredentialStore credentials, SparkOptions options)
{
    // Version 3 has only the fields that an MLS uses. Where a selected field is unknown, all fields are fetched.
    readonly ConcurrentDictionary<string, bool> withoutSelect = new();

    /// <summary>Adds all closed sales of a query to the result, page by page.</summary>
    /// <exception cref="UpstreamException">TooComplex: fetch smaller areas. The earlier pages are added.</exception>
    internal async Task ClosedSalesAsync(SparkAccount account, string operation, SalesQuery sales, FoundListings found, CancellationToken cancel)
    {
        await foreach (var page in SearchAsync(account, new ListingQuery(operation, sales.Filter(options.GeoFilter)), cancel)) found.Add(page);
    }

    /// <summary>All matching listings, page by page, each listing once.</summary>
    /// <exception cref="UpstreamException">TooComplex: fetch smaller areas. The earlier pages are valid.</exception>
    public async IAsyncEnumerable<ListingPage> SearchAsync(SparkAccount account, ListingQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var paging = new SparkPaging(options.MaxPages);
        var page = await FirstAsync(account, query, cancel);
        var rows = page.Rows;
        page = page.Continue(rows);
        var result = paging.Add(page);
        while (true)
        {
            yield return result;
            if (result.Fault is not null || page.Next is not { } next) yield break;
            page = await PageAsync(account, query.Operation, next, cancel);
            // A cache may have repeated a page, so a repeated page is fetched once more.
            if (paging.IsRepeated(page.Continue(rows + page.Rows))) page = await PageAsync(account, query.Operation, next, cancel);
            rows += page.Rows;
            page = page.Continue(rows);
            result = paging.Add(page);
        }
    }

    /// <summary>One page, in the order and from the row that the query names.</summary>
    /// <exception cref="UpstreamException">TooComplex: fetch smaller areas.</exception>
    internal async Task<SparkPage> FirstAsync(SparkAccount account, ListingQuery query, CancellationToken cancel)
    {
        try
        {
            return await SelectedAsync(account, query, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected && query.JoinsAreas)
        {
            // Servers do not say reliably whether a filter is too long or wrong. With one area it is wrong.
            throw new UpstreamException(UpstreamFailure.TooComplex, UpstreamProviders.Spark, "spark_filter_too_complex",
                "Spark rejects a filter that joins several areas.", cause: failure);
        }
    }

    /// <returns>Null when the MLS does not have the listing, or no longer shows it.</returns>
    /// <exception cref="UpstreamException">Spark did not answer.</exception>
    public async Task<Listing?> GetAsync(SparkAccount account, string listingKey, CancellationToken cancel)
    {
        var key = Uri.EscapeDataString(listingKey.Replace("'", "''", StringComparison.Ordinal));
        try
        {
            return await FetchAsync(account, "get", new Uri(account.Root, $"Property('{key}')"), ListingReader.Single, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.NotFound)
        {
            return null;
        }
    }

    /// <summary>One request with a given token, for credentials that are not stored.</summary>
    internal Task<SparkPage> PageAsync(SparkAccount account, string token, string operation, Uri url, CancellationToken cancel) =>
        http.SendAsync(account.Call(operation, options), Request(url, token), answer => SparkPage.Read(answer, url, account), cancel);

    async Task<SparkPage> SelectedAsync(SparkAccount account, ListingQuery query, CancellationToken cancel)
    {
        var server = $"{account.BaseUrl} {account.Credentials.Fingerprint}";
        if (withoutSelect.ContainsKey(server)) return await PageAsync(account, query.Operation, query.Url(account, null), cancel);
        try
        {
            return await PageAsync(account, query.Operation, query.Url(account, ListingReader.Fields), cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected)
        {
            var page = await PageAsync(account, query.Operation, query.Url(account, null), cancel);
            withoutSelect[server] = true;
            return page;
        }
    }

    Task<SparkPage> PageAsync(SparkAccount account, string operation, Uri url, CancellationToken cancel) =>
        FetchAsync(account, operation, url, answer => SparkPage.Read(answer, url, account), cancel);

    async Task<T> FetchAsync<T>(SparkAccount account, string operation, Uri url, Func<UpstreamAnswer, T> read, CancellationToken cancel)
    {
        try
        {
            return await SignedInAsync(account, operation, url, read, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Refused)
        {
            await credentials.MarkRefusedAsync(account.OrganizationId, cancel);
            throw;
        }
    }

    // Renews an expired token, and once more if the new one expires before it is used.
    async Task<T> SignedInAsync<T>(SparkAccount account, string operation, Uri url, Func<UpstreamAnswer, T> read, CancellationToken cancel)
    {
        var token = await tokens.GetAsync(account, cancel);
        for (var renewals = 0; ; renewals++)
        {
            try
            {
                return await http.SendAsync(account.Call(operation, options), Request(url, token), read, cancel);
            }
            catch (UpstreamException refused) when (account.Credentials is not BearerCredentials && renewals < MostRenewals(refused))
            {
                token = (await tokens.RenewAsync(account, token, cancel))!;
            }
        }
    }

    // The OData surface answers a plain 401 where the native one answers 1020. The other meanings of 401 do not change with a new token.
    static int MostRenewals(UpstreamException refused) => refused.Code switch
    {
        "spark_token_expired" => 2,
        "spark_credentials_refused" => 1,
        _ => 0,
    };

    HttpRequestMessage Request(Uri url, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new AuthenticationHeaderValue(options.AuthScheme, token);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.TryAddWithoutValidation("X-SparkApi-User-Agent", options.UserAgent);
        return request;
    }
}
