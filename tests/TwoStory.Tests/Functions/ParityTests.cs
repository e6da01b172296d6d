using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Api;
using TwoStory.Functions.Http;
using TwoStory.Tests.Api;

namespace TwoStory.Tests.Functions;

/// <summary>An endpoint is written once and offered by two hosts; neither may have one that the other lacks.</summary>
public sealed class ParityTests
{
    static readonly WebApplication Api = UnstartedApi.Build();

    static readonly IReadOnlyList<MappedRoute> Mapped = Map();

    [Fact]
    public void Every_mapped_endpoint_has_its_function_and_every_function_its_endpoint()
    {
        var mapped = Mapped.Select(route => $"{route.Method} {route.Template["/api/".Length..]} {route.Name}");
        var functions = HostFunctions.Http.Where(function => function.Name != FallbackFunctions.Name).Select(function => $"{function.Method} {function.Route} {function.Name}");

        Assert.Equal(mapped.Order(StringComparer.Ordinal), functions.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_other_path_and_method_goes_to_the_api_too()
    {
        var fallback = HostFunctions.Http.Where(function => function.Name == FallbackFunctions.Name).ToList();

        Assert.All(fallback, function => Assert.Equal("{*path}", function.Route));
        Assert.Equal(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"], fallback.Select(function => function.Method).Order(StringComparer.Ordinal));
    }

    // The host sorts functions by name, and the first route that matches wins, however general it is.
    [Fact]
    public void Every_request_reaches_the_function_of_its_endpoint_by_the_hosts_rule()
    {
        Assert.All(Mapped, route =>
        {
            var first = HostFunctions.Http.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
                .First(function => function.Method == route.Method && Matches(function.Route, route.Path["/api/".Length..]));
            Assert.Equal(route.Name, first.Name);
        });
    }

    [Fact]
    public void No_two_functions_share_a_name() => Assert.Equal(HostFunctions.Names.Count, HostFunctions.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void Every_trigger_is_anonymous_since_the_apis_own_tokens_decide() =>
        Assert.All(HostFunctions.Http, function => Assert.Equal((AuthorizationLevel.Anonymous, typeof(Task<IResult>)), (function.Level, function.Result)));

    static bool Matches(string template, string path)
    {
        var pattern = RoutePatternFactory.Parse(template);
        var values = new RouteValueDictionary();
        if (!new TemplateMatcher(new RouteTemplate(pattern), []).TryMatch($"/{path}", values)) return false;
        var resolver = Api.Services.GetRequiredService<IInlineConstraintResolver>();
        return pattern.Parameters.All(parameter => parameter.ParameterPolicies.All(policy =>
            resolver.ResolveConstraint(policy.Content!)?.Match(null, null, parameter.Name, values, RouteDirection.IncomingRequest) != false));
    }

    static List<MappedRoute> Map()
    {
        Api.MapTwoStoryApi();
        return [.. MappedRoutes.From(((IEndpointRouteBuilder)Api).DataSources.SelectMany(source => source.Endpoints))];
    }
}
