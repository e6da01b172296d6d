using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TwoStory.Api.Accounts;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Http;

/// <summary>Determines the origin of a request.</summary>
static class ClientOrigin
{
    public static Origin From(HttpContext context, ApiOptions options) => new(Address(context, options), Problem.TraceIdOf(context));

    // Behind a trusted proxy this is the last entry of the header, because clients can forge the others.
    static string Address(HttpContext context, ApiOptions options)
    {
        var forwarded = options.TrustForwardedFor ? context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim() : "";
        if (forwarded.Length == 0) return context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        // Azure appends address:port.
        return System.Net.IPEndPoint.TryParse(forwarded, out var endpoint) ? endpoint.Address.ToString() : forwarded;
    }
}

/// <summary>Adds the organization and the request id to log lines and traces. Both identify no person.</summary>
static class LogScope
{
    public static async Task Enter(HttpContext context, RequestDelegate next)
    {
        var organization = context.RequestServices.GetRequiredService<CurrentCaller>().Caller?.OrganizationId;
        Activity.Current?.SetTag("twostory.organization", organization?.ToString());
        var logger = context.RequestServices.GetRequiredService<ILogger<ApiPipeline>>();
        using var scope = logger.BeginScope(new Dictionary<string, object?> { ["Request"] = Problem.TraceIdOf(context), ["Organization"] = organization });
        await next(context);
    }
}
