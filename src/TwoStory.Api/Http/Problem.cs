using System.Diagnostics;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace TwoStory.Api.Http;

/// <summary>What every failure answers, as RFC 9457 has it.</summary>
/// <param name="Type">Where the code is explained.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Detail">One sentence for people.</param>
/// <param name="Instance">The path that was asked for.</param>
/// <param name="Code">A stable name for programs.</param>
/// <param name="Errors">Messages by field, when fields are wrong.</param>
/// <param name="TraceId">Names this request in the logs.</param>
public sealed record Problem(
    string Type, string Title, int Status, string Detail, string Instance, string Code, IReadOnlyDictionary<string, string[]>? Errors, string TraceId)
{
    public const string ContentType = "application/problem+json";

    /// <summary>What else the code promises, such as the matches of a duplicate.</summary>
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
