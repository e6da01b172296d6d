using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TwoStory.Api.Accounts;
using TwoStory.Core.Accounts;

namespace TwoStory.Api.Http;

/// <summary>Determines the origin of a request.</summary>
static class ClientOrigin
{
    // Behind a proxy the host sets this address. Clients can forge what is left in X-Forwarded-For.
    public static Origin From(HttpContext context) => new(context.Connection.RemoteIpAddress?.ToString() ?? "unknown", Problem.TraceIdOf(context));
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
