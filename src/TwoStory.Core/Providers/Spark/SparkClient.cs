using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Asks an MLS that speaks RESO Web API, as Spark does, for listings.</summary>
public sealed class SparkClient(SparkTransport transport, SparkConnectionTest prober, UpstreamOptions options)
{
    // Version 3 knows only the fields that an MLS uses; where one of ours is unknown all fields are taken.
    readonly ConcurrentDictionary<string, bool> withoutSelect = new();

    /// <summary>Everything that matches, page by page, each listing once.</summary>
    /// <exception cref="UpstreamException">TooComplex: ask for less at once. Others as their kinds say. Pages that came before are good.</exception>
    public async IAsyncEnumerable<ListingPage> SearchAsync(SparkAccount account, ListingQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var paging = new SparkPaging(options.Spark.MaxPages);
        var page = await FirstAsync(account, query, cancel);
        var result = paging.Add(page);
        while (true)
        {
            yield return result;
            if (result.Fault is not null || page.Next is not { } next) yield break;
            page = await PageAsync(account, query.Operation, next, cancel);
            // A cache in between may have repeated itself; a second look tells.
            if (paging.IsRepeated(page)) page = await PageAsync(account, query.Operation, next, cancel);
            result = paging.Add(page);
        }
    }

    /// <returns>Null when the MLS does not have it, or no longer shows it.</returns>
    /// <exception cref="UpstreamException">As its kind says.</exception>
    public async Task<Listing?> GetAsync(SparkAccount account, string listingKey, CancellationToken cancel)
    {
        var key = listingKey.Replace("'", "''", StringComparison.Ordinal);
        try
        {
            return await transport.GetAsync(account, "get", new Uri(SparkTransport.Root(account.BaseUrl), $"Property('{Uri.EscapeDataString(key)}')"), Single, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.NotFound)
        {
            return null;
        }
    }

    /// <summary>Tests credentials that are not stored yet and learns what their key may do.</summary>
    /// <exception cref="UpstreamException">Refused when they are no good; others as their kinds say.</exception>
    public Task<SparkConnection> TestAsync(SparkAccount account, CancellationToken cancel) => prober.TestAsync(account, cancel);

    /// <summary>One page of what matches, in the order and from the place that the query names.</summary>
    /// <exception cref="UpstreamException">As its kind says.</exception>
    internal async Task<SparkPage> FirstAsync(SparkAccount account, ListingQuery query, CancellationToken cancel)
    {
        var place = $"{account.BaseUrl} {account.Credentials.Fingerprint}";
        try
        {
            if (withoutSelect.ContainsKey(place)) return await PageAsync(account, query.Operation, Url(account, query, null), cancel);
            try
            {
                return await PageAsync(account, query.Operation, Url(account, query, ListingReader.Fields), cancel);
            }
            catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected)
            {
                var page = await PageAsync(account, query.Operation, Url(account, query, null), cancel);
                withoutSelect[place] = true;
                return page;
            }
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected && JoinsAreas(query.Filter))
        {
            // Which of "too much" and "wrong" is meant, a server does not say reliably; with one area it is the latter.
            throw new UpstreamException(UpstreamFailure.TooComplex, UpstreamProviders.Spark, "spark_filter_too_complex",
                "Spark rejects a filter that joins several areas.", cause: failure);
        }
    }

    Task<SparkPage> PageAsync(SparkAccount account, string operation, Uri url, CancellationToken cancel) =>
        transport.GetAsync(account, operation, url, answer => SparkPage.Read(answer, url, account.BaseUrl), cancel);

    static Uri Url(SparkAccount account, ListingQuery query, string? select)
    {
        var order = query.OrderBy is null ? "" : $"&$orderby={Uri.EscapeDataString(query.OrderBy)}";
        var skip = query.Skip == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"&$skip={query.Skip}");
        var fields = select is null ? "" : $"&$select={select}";
        return new Uri(SparkTransport.Root(account.BaseUrl), $"Property?$filter={SparkFilters.Encode(query.Filter)}&$top={query.Top ?? account.PageSize}{order}{skip}{fields}");
    }

    static bool JoinsAreas(string filter) =>
        filter.Split("geo.", 3, StringSplitOptions.None).Length > 2 || filter.Split("Longitude ge", 3, StringSplitOptions.None).Length > 2;

    static Listing? Single(UpstreamAnswer answer)
    {
        SparkErrors.ThrowIfFailed(answer);
        return ListingReader.Read(answer.Json());
    }
}
