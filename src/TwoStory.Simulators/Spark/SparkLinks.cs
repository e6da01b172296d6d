namespace TwoStory.Simulators.Spark;

/// <summary>The absolute links of an OData answer, on the host that was called.</summary>
static class SparkLinks
{
    public const string Root = "/simulators/spark/Version/3/Reso/OData";

    public static string Context(HttpRequest request) => $"{Host(request)}{Root}/$metadata#Property";

    public static string Next(HttpRequest request, string token) => $"{Host(request)}{Root}/Property{Query(request, token)}";

    /// <summary>Back to the page that was just read.</summary>
    public static string Same(HttpRequest request) => Next(request, request.Query["$skiptoken"].ToString());

    /// <summary>To a host where nobody may send a token; 127.0.0.2 port 9 answers nothing.</summary>
    public static string Foreign(HttpRequest request) => $"http://127.0.0.2:9{Root}/Property{Query(request, "foreign")}";

    static string Host(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}";

    /// <summary>The other options stay as they came; $skip has done its work on the first page.</summary>
    static string Query(HttpRequest request, string token)
    {
        var kept = request.QueryString.Value?.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(option => Uri.UnescapeDataString(option.Split('=')[0]) is not "$skiptoken" and not "$skip") ?? [];
        return $"?{string.Join('&', kept.Append($"$skiptoken={token}"))}";
    }
}
