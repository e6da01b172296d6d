using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using TwoStory.Api.OpenApi;

namespace TwoStory.Tests.Api;

public sealed partial class OpenApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task The_description_is_OpenAPI_3_1_and_has_every_route_under_its_name()
    {
        var document = (await host.Anonymous().GetAsync("openapi.json")).Json;
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name} {operation.Value.GetProperty("operationId")}"));
        var mapped = MappedRoutes.From(host.Services).Where(route => route.Name is not ("OpenApi" or "Docs"))
            .Select(route => $"{route.Method} {route.Template.Replace(":guid", "", StringComparison.Ordinal)} {route.Name}");

        Assert.Equal(mapped.Order(), described.Order());
    }

    [Fact]
    public async Task Every_operation_describes_its_failures_and_its_authorization()
    {
        var document = (await host.Anonymous().GetAsync("openapi.json")).Json;
        foreach (var (name, operation) in Operations(document))
        {
            var responses = operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
            Assert.True(responses.Any(status => status[0] == '2'), $"{name} has no success");
            Assert.False(string.IsNullOrWhiteSpace(operation.GetProperty("summary").GetString()), name);
            Assert.True(responses.Contains("500") && responses.Contains("503"), $"{name} hides failures");
            foreach (var response in operation.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] is '4' or '5'))
            {
                Assert.True(response.Value.GetProperty("content").TryGetProperty("application/problem+json", out _), $"{name} {response.Name}");
            }
        }
        var create = document.GetProperty("paths").GetProperty("/api/leads").GetProperty("post");
        Assert.Contains(create.GetProperty("parameters").EnumerateArray(), parameter => parameter.GetProperty("name").GetString() == "Idempotency-Key");
        var change = document.GetProperty("paths").GetProperty("/api/leads/{id}").GetProperty("put");
        foreach (var operation in new[] { create, change })
        {
            Assert.Equal("#/components/schemas/NewLead", operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        }
        Assert.True(create.GetProperty("security")[0].TryGetProperty("bearer", out _));
        Assert.False(document.GetProperty("paths").GetProperty("/api/auth/login").GetProperty("post").TryGetProperty("security", out _));
    }

    [Fact]
    public async Task Schemas_describe_enums_nullability_and_required_fields()
    {
        var schemas = (await host.Anonymous().GetAsync("openapi.json")).Json.GetProperty("components").GetProperty("schemas");
        var lead = schemas.GetProperty("Lead");
        Assert.Contains("radiusMiles", lead.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains("null", lead.GetProperty("properties").GetProperty("radiusMiles").GetProperty("type").EnumerateArray().Select(type => type.GetString()));
        Assert.False(lead.GetProperty("properties").TryGetProperty("version", out _));
        Assert.Equal(["cold", "hot", "warm"], schemas.GetProperty("Temperature").GetProperty("enum").EnumerateArray().Select(name => name.GetString()).Order());
        Assert.Equal(["email", "password"], schemas.GetProperty("Credentials").GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order());
    }

    [Fact]
    public async Task Every_body_has_examples_that_match_its_schema()
    {
        var document = (await host.Anonymous().GetAsync("openapi.json")).Json;
        var schemas = new SchemaCheck(document.GetProperty("components").GetProperty("schemas"));
        foreach (var (name, operation) in Operations(document))
        {
            var responses = operation.GetProperty("responses").EnumerateObject().Select(response => response.Value);
            if (operation.TryGetProperty("requestBody", out var request)) responses = responses.Append(request);
            foreach (var content in responses.Where(body => body.TryGetProperty("content", out _)).SelectMany(body => body.GetProperty("content").EnumerateObject()))
            {
                var schema = schemas.Resolve(content.Value.GetProperty("schema"));
                var examples = schema.TryGetProperty("examples", out var given) ? given.EnumerateArray().ToList() : [];
                Assert.True(examples.Count > 0, $"{name} has no example of {content.Value}");
                foreach (var example in examples) schemas.Require(example, schema, name);
            }
        }
    }

    [Fact]
    public async Task The_committed_description_is_the_served_one()
    {
        var served = (await host.Anonymous().GetAsync("openapi.json")).Json;
        using var committed = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Root(), "docs/openapi.json")));

        Assert.True(JsonElement.DeepEquals(served, committed.RootElement), "Write it again: dotnet run --project src/TwoStory.Local -- openapi > docs/openapi.json");
    }

    [Fact]
    public void Every_code_that_the_sources_name_is_explained()
    {
        var named = Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => file.Contains("TwoStory.Core", StringComparison.Ordinal) || file.Contains("TwoStory.Api", StringComparison.Ordinal))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Distinct().ToList();

        Assert.True(named.Count > 20);
        Assert.Empty(named.Except(ProblemCodes.All.Select(problem => problem.Code)));
    }

    [Fact]
    public async Task The_docs_page_explains_every_code()
    {
        using var client = new HttpClient();
        var page = await client.GetStringAsync(new Uri(host.Root, "/api/docs"));

        Assert.Contains("<code>POST /api/leads</code>", page, StringComparison.Ordinal);
        Assert.Contains("id=\"duplicate_lead\"", page, StringComparison.Ordinal);
    }

    static IEnumerable<(string Name, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name} {path.Name}", operation.Value);

    static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [GeneratedRegex("(?:NotFound|Conflict|Forbidden|Unauthorized|PreconditionFailed|Unprocessable|Unavailable)Exception(?: \\w+(?:\\(\\))? =>\\s*new)?\\(\\s*\"([a-z_]+)\"")]
    private static partial Regex Code();
}
