using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TwoStory.Api.Accounts;
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

/// <summary>Puts the organization and the request's id on every log line and trace of a request. Neither tells of a person.</summary>
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
