using System.Text.Json;
using System.Text.RegularExpressions;
using TwoStory.Tests.Api;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>One operation of the API's description.</summary>
/// <param name="Path">With an id that nothing has, and a value for every other parameter.</param>
/// <param name="Statuses">Those that it may answer.</param>
/// <param name="Body">Its body's schema or a reference to it; null without a body.</param>
sealed partial record Operation(string Id, string Method, string Path, IReadOnlySet<string> Statuses, JsonElement? Body)
{
    public static IEnumerable<Operation> ReadAll(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select new Operation(
            operation.Value.GetProperty("operationId").GetString()!, operation.Name.ToUpperInvariant(), Concrete(path.Name),
            operation.Value.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToHashSet(), BodyOf(operation.Value));

    /// <summary>The description's own example, as JSON.</summary>
    public string? ExampleBody(JsonElement schemas) => Body is { } body ? new SchemaCheck(schemas).Resolve(body).GetProperty("examples")[0].GetRawText() : null;

    static string Concrete(string path) =>
        IdParameter().Replace(path.Replace("{kind}", "nearby-sales", StringComparison.Ordinal).Replace("{listingKey}", "no-such-listing", StringComparison.Ordinal), MappedRoutes.NoId);

    static JsonElement? BodyOf(JsonElement operation) => operation.TryGetProperty("requestBody", out var body)
        ? body.GetProperty("content").EnumerateObject().First().Value.GetProperty("schema")
        : null;

    [GeneratedRegex(@"\{\w*[iI]d\}")]
    private static partial Regex IdParameter();
}
