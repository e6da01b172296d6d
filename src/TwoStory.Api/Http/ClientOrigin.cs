using TwoStory.Core.Accounts;

namespace TwoStory.Api.Http;

/// <summary>Where a request comes from.</summary>
static class ClientOrigin
{
    // Behind a proxy the host has put the caller's address here; what is left in X-Forwarded-For is the caller's own text.
    public static Origin From(HttpContext context) => new(context.Connection.RemoteIpAddress?.ToString() ?? "unknown", Problem.TraceIdOf(context));
}
