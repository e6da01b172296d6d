using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace TwoStory.Api.OpenApi;

/// <summary>The API's description, the same in every head; complete once the <see cref="ApiPipeline"/> is there, which maps the endpoints.</summary>
public sealed class ApiDescription([FromKeyedServices(OpenApiSetup.Document)] IOpenApiDocumentProvider provider)
{
    /// <summary>For tools: OpenAPI 3.1.</summary>
    public async Task<string> JsonAsync(CancellationToken cancel) =>
        await (await provider.GetOpenApiDocumentAsync(cancel)).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancel);

    /// <summary>For people: HTML.</summary>
    internal async Task<string> PageAsync(CancellationToken cancel) => DocsPage.From(await provider.GetOpenApiDocumentAsync(cancel));
}
