using System.Text.Json;
using System.Text.RegularExpressions;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>Says in the caller's terms why a request could not be bound.</summary>
static partial class RequestFault
{
    public static Problem Describe(HttpContext context, BadHttpRequestException fault)
    {
        if (fault.StatusCode != StatusCodes.Status400BadRequest)
        {
            var (code, detail) = StatusProblems.Describe(fault.StatusCode);
            return Problem.Create(context, fault.StatusCode, code, detail);
        }
        if (fault.InnerException is JsonException json) return Describe(context, json);
        var parameter = Parameter().Match(fault.Message);
        if (parameter.Success) return Field(context, parameter.Groups[1].Value, "has a value of the wrong form.");
        return Problem.Create(context, 400, "invalid_json", "The request needs a body of JSON.");
    }

    public static Problem Describe(HttpContext context, JsonException fault)
    {
        // Of System.Text.Json's exceptions, those of its reader come wrapped: the text is no JSON at all.
        if (fault.InnerException is JsonException || fault.GetType() != typeof(JsonException) || fault.Path is null)
        {
            return Problem.Create(context, 400, "invalid_json", $"The body is not JSON, from line {(fault.LineNumber ?? 0) + 1} on.");
        }
        var path = fault.Path.TrimStart('$').TrimStart('.');
        var unknown = Unknown().Match(fault.Message);
        if (unknown.Success) return Field(context, Join(path, unknown.Groups[1].Value), "is not a known field.");
        return Field(context, path.Length > 0 ? path : "body", fault.Message.Contains("uplicate", StringComparison.Ordinal) ? "is given twice." : Expected(fault.Message));
    }

    static Problem Field(HttpContext context, string field, string message) =>
        Problem.Create(context, 400, "validation_failed", "Some fields are not valid; see errors.", new Dictionary<string, string[]> { [field] = [message] });

    static string Join(string path, string name) => path.Length == 0 || path == name || path.EndsWith("." + name, StringComparison.Ordinal) ? (path.Length == 0 ? name : path) : $"{path}.{name}";

    static string Expected(string message)
    {
        var name = Target().Match(message).Groups[1].Value;
        return name switch
        {
            "System.String" => "must be a text.",
            "System.Int32" => "must be a whole number.",
            "System.Decimal" or "System.Double" => "must be a number.",
            "System.Boolean" => "must be true or false.",
            "System.DateOnly" => "must be a date such as 2026-01-31.",
            "System.Guid" => "must be an id.",
            { Length: > 0 } when typeof(ProblemException).Assembly.GetType(name) is { IsEnum: true } type =>
                $"must be one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}.",
            _ => "has the wrong type.",
        };
    }

    [GeneratedRegex("parameter \"(?:[^\" ]+ )*([^\" ]+)\"")]
    private static partial Regex Parameter();

    // The name is the caller's, with whatever quotes and line breaks it has.
    [GeneratedRegex("The JSON property '(.*)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"converted to (?:System\.Nullable`1\[)?([\w.+]+)")]
    private static partial Regex Target();
}
