using Microsoft.AspNetCore.Routing;
using TwoStory.Api;
using TwoStory.Tests.Api;

namespace TwoStory.Tests.Functions;

/// <summary>An endpoint is written once and offered by two heads; neither may have one that the other lacks.</summary>
public sealed class ParityTests
{
    const string Everything = "{*path}";

    [Fact]
    public void Every_mapped_endpoint_has_its_function_and_every_function_its_endpoint()
    {
        var mapped = Mapped().Select(route => $"{route.Method} {route.Template["/api/".Length..]} {route.Name}");
        var functions = HeadSources.HttpFunctions.Where(function => function.Route != Everything).Select(function => $"{function.Method} {function.Route} {function.Name}");

        Assert.Equal(mapped.Order(StringComparer.Ordinal), functions.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_other_path_and_method_goes_to_the_api_too()
    {
        var fallback = HeadSources.HttpFunctions.Where(function => function.Route == Everything).Select(function => function.Method);

        Assert.Equal(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"], fallback.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_function_does_nothing_but_hand_its_request_on()
    {
        (string, string)[] allowed = [("HttpRequest request", "api.Run(request)"), ("HttpRequest request, DurableTaskClient durable", "api.Run(request.With(durable))")];

        Assert.All(HeadSources.HttpFunctions, function => Assert.Contains((function.Parameters, function.Body), allowed));
    }

    [Fact]
    public void No_two_functions_share_a_name() => Assert.Equal(HeadSources.FunctionNames.Count, HeadSources.FunctionNames.Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void Every_trigger_is_anonymous_since_the_apis_own_tokens_decide()
    {
        var triggers = HeadSources.Trees.SelectMany(tree => tree.GetText().ToString().Split("HttpTrigger(").Skip(1)).ToList();

        Assert.Equal(HeadSources.HttpFunctions.Select(function => function.Name).Distinct().Count(), triggers.Count);
        Assert.All(triggers, trigger => Assert.StartsWith("AuthorizationLevel.Anonymous,", trigger, StringComparison.Ordinal));
    }

    static List<MappedRoute> Mapped()
    {
        var app = UnstartedApi.Build();
        app.MapTwoStoryApi();
        return [.. MappedRoutes.From(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints))];
    }
}
