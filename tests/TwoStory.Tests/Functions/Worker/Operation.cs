using System.Text.Json;
using System.Text.RegularExpressions;
using TwoStory.Tests.Api;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>One operation of the API's description.</summary>
/// <param name="Path">With an id that nothing has, and a value for every other parameter.</param>
/// <param name="Statuses">Those that it may answer.</param>
/// <param name="BodySchema">The name of its body's schema; null without a body.</param>
sealed partial record Operation(string Id, string Method, string Path, IReadOnlySet<string> Statuses, string? BodySchema)
{
    public static IEnumerable<Operation> ReadAll(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select new Operation(
            operation.Value.GetProperty("operationId").GetString()!, operation.Name.ToUpperInvariant(), Concrete(path.Name),
            operation.Value.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToHashSet(), BodyOf(operation.Value));

    /// <summary>The description's own example, as JSON.</summary>
    public string? ExampleBody(JsonElement schemas) => BodySchema is null ? null : schemas.GetProperty(BodySchema).GetProperty("examples")[0].GetRawText();

    static string Concrete(string path) =>
        IdParameter().Replace(path.Replace("{kind}", "nearby-sales", StringComparison.Ordinal).Replace("{listingKey}", "no-such-listing", StringComparison.Ordinal), MappedRoutes.NoId);

    static string? BodyOf(JsonElement operation) => operation.TryGetProperty("requestBody", out var body)
        ? body.GetProperty("content").EnumerateObject().First().Value.GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1]
        : null;

    [GeneratedRegex(@"\{\w*[iI]d\}")]
    private static partial Regex IdParameter();
}
