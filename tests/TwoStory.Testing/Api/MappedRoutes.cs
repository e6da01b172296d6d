using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Api;

namespace TwoStory.Tests.Api;

/// <summary>One endpoint as it is mapped.</summary>
/// <param name="Path">With an unknown id for each {id}.</param>
sealed record MappedRoute(string Method, string Template, string Path, string Name, bool IsOpen, bool TakesBody);

/// <summary>Reads the mapped routes of the API, so that a sweep covers every route.</summary>
static partial class MappedRoutes
{
    public const string NoId = "01890000-0000-7000-8000-000000000000";

    public static IEnumerable<MappedRoute> From(IServiceProvider services)
    {
        services.GetRequiredService<ApiPipeline>();
        return From(services.GetRequiredService<EndpointDataSource>().Endpoints);
    }

    public static IEnumerable<MappedRoute> From(IEnumerable<Endpoint> endpoints) =>
        from endpoint in endpoints.OfType<RouteEndpoint>()
        let template = endpoint.RoutePattern.RawText!
        where template.StartsWith("/api", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        let accepts = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()
        select new MappedRoute(
            method, template.TrimEnd('/'), Id().Replace(template, NoId).TrimEnd('/'), endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "",
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null, accepts is not null);

    [GeneratedRegex(@"\{\w*[iI]d:guid\}")]
    private static partial Regex Id();
}
