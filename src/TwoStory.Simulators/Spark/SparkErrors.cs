using System.Text.Json.Nodes;
using TwoStory.Simulators.Control;

namespace TwoStory.Simulators.Spark;

/// <summary>Spark's two error bodies: its own "D" envelope with a code, and OData's.</summary>
static class SparkErrors
{
    static readonly Dictionary<int, (int Code, string Message)> ByStatus = new()
    {
        [400] = (1040, "The _filter syntax was invalid"),
        [403] = (1021, "This key is restricted from accessing this endpoint. Please use replication.sparkapi.com"),
        [409] = (1055, "Write conflict"),
        [429] = (1550, "Over rate limit"),
        [500] = (1026, "An unexpected data problem occurred"),
        [503] = (1516, "Your request took too long to process and was cancelled due to the _filter or _orderby parameter you provided."),
    };

    public static Reply RateLimited() => Failure(429, null);

    public static Reply Expired() => Enveloped(401, 1020, "Session token has expired");

    public static Reply BadToken() => OData(401, "Invalid API key and/or request signed improperly");

    public static Reply NotFound() => OData(404, "The requested resource was not found");

    public static Reply Refused(FilterException error) => OData(400, error.Message);

    /// <summary>The response of an injected failure; without a code, the usual code of its status.</summary>
    public static Reply Failure(int status, string? code)
    {
        if (int.TryParse(code, System.Globalization.CultureInfo.InvariantCulture, out var given))
        {
            return Enveloped(status, given, given == 1020 ? "Session token has expired" : $"Error {given}");
        }

        return status == 401 ? BadToken()
            : ByStatus.TryGetValue(status, out var known)
                ? Enveloped(status, known.Code, known.Message)
                : OData(status, "The request failed");
    }

    public static Reply Enveloped(int status, int code, string message) => Reply.Json(status, new JsonObject
    {
        ["D"] = new JsonObject { ["Success"] = false, ["Code"] = code, ["Message"] = message },
    });

    static Reply OData(int status, string message) => Reply.Json(status, new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = status, ["message"] = message },
    });
}
