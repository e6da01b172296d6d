namespace TwoStory.Api.Http;

/// <summary>Declares what a route answers when it fails, for the API's description.</summary>
static class Responses
{
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) route.Produces<Problem>(status, Problem.ContentType);
        return route;
    }

    // What any route may answer.
    public static TBuilder MayFail<TBuilder>(this TBuilder group, params int[] statuses) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses) group.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.ContentType]));
        return group;
    }
}
