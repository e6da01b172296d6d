using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TwoStory.Api.Accounts;

namespace TwoStory.Api.Http;

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
