using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace TwoStory.Tests.Crash;

/// <summary>Stands before the simulated providers: every request to them is a step at which the process that makes it can be killed.</summary>
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
            // Held back here: it is done, and nobody will hear of it.
            context.Response.Body = new MemoryStream();
            await next(context);
        }
        kills.Kill();
        context.Abort();
    }
}
