using System.Text.Json;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Tests.Upstreams;

/// <summary>Accounts and pages of Spark for the tests of its client.</summary>
static class SparkWorld
{
    public const string Token = "spark-secret-token";

    public static SparkAccount Account(StandIn spark, SparkCredentials? credentials = null, int pageSize = 25) =>
        new(Guid.Empty, credentials ?? new BearerCredentials(Token), new Uri(spark.Url, "/Reso/OData"), pageSize, 100_000, true);

    public static string Page(IEnumerable<string> keys, string? next = null) =>
        JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["@odata.context"] = "https://replication.sparkapi.com/Version/3/Reso/OData/$metadata#Property",
            ["value"] = keys.Select(key => new { ListingKey = key, StandardStatus = "Closed", CloseDate = "2026-05-02", ClosePrice = 487500.0 }),
        }.Concat(next is null ? [] : [KeyValuePair.Create("@odata.nextLink", (object?)next)]).ToDictionary());

    public static string D(int code) => $$$"""{"D":{"Success":false,"Code":{{{code}}},"Message":"said with spark-secret-token"}}""";

    public static async Task<List<ListingPage>> SearchAsync(Upstream upstream, SparkAccount account, string filter = "StandardStatus eq 'Closed'")
    {
        var pages = new List<ListingPage>();
        await foreach (var page in upstream.Get<SparkClient>().SearchAsync(account, new ListingQuery("search", filter), default)) pages.Add(page);
        return pages;
    }

    public static async Task<SparkAccount> AccountAsync(Upstream upstream, StandIn spark, SparkCredentials? credentials = null, int pageSize = 25) =>
        Account(spark, credentials, pageSize) with { OrganizationId = await upstream.NewOrganizationAsync() };
}
