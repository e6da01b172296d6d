using System.Diagnostics;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace TwoStory.Api.Http;

/// <summary>The response of every failure, as defined by RFC 9457.</summary>
/// <param name="Type">The address of the explanation of the code.</param>
/// <param name="Title">The reason phrase of the status.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Instance">The path of the request.</param>
/// <param name="Code">A stable code for programs.</param>
/// <param name="Errors">Messages by field, if fields are invalid.</param>
/// <param name="TraceId">The id of the request in the logs.</param>
public sealed record Problem(
    string Type, string Title, int Status, string Detail, string Instance, string Code, IReadOnlyDictionary<string, string[]>? Errors, string TraceId)
{
    public const string ContentType = "application/problem+json";

    /// <summary>Further members of the problem, such as the matches of a duplicate.</summary>
    [JsonExtensionData]
    public Dictionary<string, object?>? More { get; init; }

    public static Problem Create(
        HttpContext context, int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null,
        IReadOnlyDictionary<string, object?>? more = null) =>
        new($"/api/docs#{code}", Phrase(status), status, detail, context.Request.Path, code, errors, TraceIdOf(context))
        {
            More = more is null ? null : new(more),
        };

    public static string TraceIdOf(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        return context.Response.WriteAsJsonAsync(this, options: null, ContentType);
    }

    static string Phrase(int status) => ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : "Error";
}

/// <summary>Writes problems for error statuses that the framework sets without a body.</summary>
static class StatusProblems
{
    public static Task WriteAsync(StatusCodeContext status)
    {
        var context = status.HttpContext;
        var (code, detail) = Describe(context.Response.StatusCode);
        return Problem.Create(context, context.Response.StatusCode, code, detail).WriteAsync(context);
    }

    public static (string Code, string Detail) Describe(int status) => status switch
    {
        StatusCodes.Status404NotFound => ("route_not_found", "There is no route at this address."),
        StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", "This route does not support the method; see the Allow header."),
        StatusCodes.Status413PayloadTooLarge => ("body_too_large", "The body is too large."),
        StatusCodes.Status415UnsupportedMediaType => ("unsupported_media_type", "Send the body as application/json, in UTF-8."),
        StatusCodes.Status408RequestTimeout => ("request_timeout", "The body was sent too slowly."),
        >= 500 => ("internal_error", "An unexpected error occurred. The logs contain it under the trace id."),
        _ => ("bad_request", "The request cannot be read."),
    };
}

/// <summary>Declares the problem responses of routes, for the OpenAPI document.</summary>
static class Responses
{
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) route.Produces<Problem>(status, Problem.ContentType);
        return route;
    }

    // The statuses that every route of the group can return.
    public static TBuilder MayFail<TBuilder>(this TBuilder group, params int[] statuses) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses) group.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.ContentType]));
        return group;
    }
}
