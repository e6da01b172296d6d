using TwoStory.Core.Accounts;

namespace TwoStory.Api.Http;

/// <summary>Where a request comes from, as far as it can be trusted.</summary>
static class ClientOrigin
{
    public static Origin From(HttpContext context, ApiOptions options) => new(Address(context, options), Problem.TraceIdOf(context));

    // The address; behind a trusted proxy the one that the proxy appended, since all before it is the caller's own word.
    static string Address(HttpContext context, ApiOptions options)
    {
        var forwarded = options.TrustForwardedFor ? context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim() : "";
        if (forwarded.Length == 0) return context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        // Azure appends address:port.
        return System.Net.IPEndPoint.TryParse(forwarded, out var endpoint) ? endpoint.Address.ToString() : forwarded;
    }
}
