using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TwoStory.Core.Listings.Planning;
using TwoStory.Core.Usage;

namespace TwoStory.Core.Listings;

/// <summary>Asks an MLS that speaks RESO Web API, as Spark does, for listings.</summary>
public sealed class SparkClient(SparkTransport transport, SparkProber prober, UpstreamOptions options)
{
    // Version 3 knows only the fields that an MLS uses; where one of ours is unknown all fields are taken.
    readonly ConcurrentDictionary<string, bool> withoutSelect = new();

    /// <summary>Everything that matches, page by page, each listing once.</summary>
    /// <param name="filter">An OData filter.</param>
    /// <exception cref="UpstreamException">TooComplex: ask for less at once. Others as their kinds say. Pages that came before are good.</exception>
    public async IAsyncEnumerable<ListingPage> SearchAsync(SparkAccount account, string filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        var paging = new SparkPaging(options.Spark.MaxPages);
        var page = await FirstAsync(account, filter, cancel);
        var result = paging.Add(page);
        while (true)
        {
            yield return result;
            if (result.Fault is not null || page.Next is not { } next) yield break;
            page = await PageAsync(account, next, cancel);
            // A cache in between may have repeated itself; a second look tells.
            if (paging.IsRepeated(page)) page = await PageAsync(account, next, cancel);
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
    public Task<SparkProbe> ProbeAsync(SparkAccount account, CancellationToken cancel) => prober.ProbeAsync(account, cancel);

    async Task<SparkPage> FirstAsync(SparkAccount account, string filter, CancellationToken cancel)
    {
        var place = $"{account.BaseUrl} {account.Credentials.Fingerprint}";
        try
        {
            if (withoutSelect.ContainsKey(place)) return await PageAsync(account, Url(account, filter, null), cancel);
            try
            {
                return await PageAsync(account, Url(account, filter, ListingReader.Fields), cancel);
            }
            catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected)
            {
                var page = await PageAsync(account, Url(account, filter, null), cancel);
                withoutSelect[place] = true;
                return page;
            }
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected && JoinsAreas(filter))
        {
            // Which of "too much" and "wrong" is meant, a server does not say reliably; with one area it is the latter.
            throw new UpstreamException(UpstreamFailure.TooComplex, UpstreamProviders.Spark, "spark_filter_too_complex",
                "Spark rejects a filter that joins several areas.", cause: failure);
        }
    }

    Task<SparkPage> PageAsync(SparkAccount account, Uri url, CancellationToken cancel) =>
        transport.GetAsync(account, "search", url, answer => SparkPage.Read(answer, url, account.BaseUrl), cancel);

    static Uri Url(SparkAccount account, string filter, string? select) =>
        new(SparkTransport.Root(account.BaseUrl),
            $"Property?$filter={SparkFilters.Encode(filter)}&$top={account.PageSize}{(select is null ? "" : $"&$select={select}")}");

    static bool JoinsAreas(string filter) =>
        filter.Split("geo.", 3, StringSplitOptions.None).Length > 2 || filter.Split("Longitude ge", 3, StringSplitOptions.None).Length > 2;

    static Listing? Single(UpstreamAnswer answer)
    {
        SparkErrors.ThrowIfFailed(answer);
        return ListingReader.Read(answer.Json());
    }
}
