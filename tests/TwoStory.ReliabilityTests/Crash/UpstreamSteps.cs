using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace TwoStory.Tests.Crash;

/// <summary>A filter in front of the simulated providers: every request is a step at which the calling process can be killed.</summary>
sealed class UpstreamSteps : IStartupFilter
{
    static readonly string[] Providers = ["/simulators/spark", "/simulators/rentcast", "/simulators/nominatim", "/simulators/census", "/emails"];

    /// <summary>Of the process that runs now.</summary>
    public KillSwitch? Kills { get; set; }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(StepAsync);
        next(app);
    };

    async Task StepAsync(HttpContext context, RequestDelegate next)
    {
        var kills = Providers.Any(provider => context.Request.Path.StartsWithSegments(provider)) ? Kills : null;
        if (kills?.Step(StepKind.Upstream) is not { } point)
        {
            await next(context);
            return;
        }
        if (point.Answered)
        {
            // The request is executed, and its response is never sent.
            context.Response.Body = new MemoryStream();
            await next(context);
        }
        kills.Kill();
        context.Abort();
    }
}
