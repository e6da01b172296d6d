using System.Text.Json;
using System.Text.RegularExpressions;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>Describes why a request could not be bound, with the field names of the request.</summary>
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
        if (parameter.Success) return Field(context, parameter.Groups[1].Value, "has an invalid value.");
        return Problem.Create(context, 400, "invalid_json", "The request needs a JSON body.");
    }

    public static Problem Describe(HttpContext context, JsonException fault)
    {
        // System.Text.Json wraps exceptions of its reader: the body is not JSON.
        if (fault.InnerException is JsonException || fault.GetType() != typeof(JsonException) || fault.Path is null)
        {
            return Problem.Create(context, 400, "invalid_json", $"The body is not valid JSON at line {(fault.LineNumber ?? 0) + 1}.");
        }
        var path = fault.Path.TrimStart('$').TrimStart('.');
        var unknown = Unknown().Match(fault.Message);
        if (unknown.Success) return Field(context, Join(path, unknown.Groups[1].Value), "is not a known field.");
        var message = fault.Message.Contains("uplicate", StringComparison.Ordinal) ? "must be given once." : Expected(fault.Message);
        return Field(context, path.Length > 0 ? path : "body", message);
    }

    static Problem Field(HttpContext context, string field, string message) =>
        Problem.Create(context, 400, "validation_failed", "Some fields are not valid; see errors.", new Dictionary<string, string[]> { [field] = [message] });

    static string Join(string path, string name)
    {
        if (path.Length == 0) return name;
        return path == name || path.EndsWith("." + name, StringComparison.Ordinal) ? path : $"{path}.{name}";
    }

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

    [GeneratedRegex("parameter \"(?:[^\" ]+ )*(?<name>[^\" ]+)\"")]
    private static partial Regex Parameter();

    // The name comes from the request and can contain quotes and line breaks.
    [GeneratedRegex("The JSON property '(?<name>.*)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"converted to (?:System\.Nullable`1\[)?([\w.+]+)")]
    private static partial Regex Target();
}
