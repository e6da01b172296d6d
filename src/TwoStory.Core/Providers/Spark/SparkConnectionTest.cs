using System.Globalization;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Finds out with one cheap question whether credentials work and how many rows a page may have.</summary>
public sealed class SparkConnectionTest(SparkTransport transport, SparkTokenSource tokens, TimeProvider time)
{
    const int SmallPage = 25;
    const int LargePage = 1000;
    const string ReplicationHost = "replication.sparkapi.com";

    internal async Task<SparkConnection> TestAsync(SparkAccount account, CancellationToken cancel)
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
        var url = new Uri(SparkTransport.Root(account.BaseUrl), $"Property?$filter={filter}&$top={top}&$select=ListingKey");
        return transport.GetAsync(account, token, "probe", url, answer => SparkPage.Read(answer, url, account.BaseUrl), cancel);
    }
}
