using Microsoft.AspNetCore.Diagnostics;

namespace TwoStory.Api.Http;

/// <summary>Turns statuses that the framework sets without a body into problems.</summary>
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
        StatusCodes.Status404NotFound => ("route_not_found", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", "This address does not take that method; see the Allow header."),
        StatusCodes.Status413PayloadTooLarge => ("body_too_large", "The body is too large."),
        StatusCodes.Status415UnsupportedMediaType => ("unsupported_media_type", "Send the body as application/json, in UTF-8."),
        StatusCodes.Status408RequestTimeout => ("request_timeout", "The body came too slowly."),
        >= 500 => ("internal_error", "Something went wrong here. The trace id names it in the logs."),
        _ => ("bad_request", "The request cannot be read."),
    };
}
