using System.Text.Json;
using System.Text.RegularExpressions;
using TwoStory.Tests.Functions;

namespace TwoStory.Tests.Api;

/// <summary>Compares docs/requests.http with docs/openapi.json, which other tests compare with the API itself.</summary>
public sealed partial class RequestExamplesTests
{
    static readonly JsonElement Paths = JsonElement.Parse(Repository.Read("docs/openapi.json")).GetProperty("paths");

    [Fact]
    public void Every_request_of_the_examples_has_its_route()
    {
        var requests = RequestLine().Matches(Repository.Read("docs/requests.http")).ToList();

        Assert.True(requests.Count >= 10);
        Assert.All(requests, request => Assert.True(IsDescribed(request.Groups[1].Value, request.Groups[2].Value, request.Groups[3].Value), request.Value));
    }

    static bool IsDescribed(string method, string path, string query) => Paths.EnumerateObject().Any(route =>
        Regex.IsMatch(path, $"^{Parameter().Replace(route.Name, "[^/]+")}$")
        && route.Value.TryGetProperty(method.ToLowerInvariant(), out var operation)
        && query.Split('&', StringSplitOptions.RemoveEmptyEntries).All(part => HasParameter(operation, part.Split('=')[0])));

    static bool HasParameter(JsonElement operation, string name) =>
        operation.TryGetProperty("parameters", out var parameters)
        && parameters.EnumerateArray().Any(parameter => parameter.TryGetProperty("name", out var known) && known.GetString() == name);

    [GeneratedRegex(@"^(GET|POST|PUT|DELETE) \{\{host\}\}([^?\r\n]+)\??(.*?)\r?$", RegexOptions.Multiline)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
