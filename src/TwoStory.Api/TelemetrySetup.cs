using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TwoStory.Core;

namespace TwoStory.Api;

/// <summary>The telemetry of every host: traces, metrics and logs by OpenTelemetry. None of it names a person, an address or a secret.</summary>
public static class TelemetrySetup
{
    // The pool's metrics by Npgsql, requests, the limits of the server, and the runtime's memory and threads. Requests of HttpClient have no
    // source here: its spans contain the URLs of providers, which contain addresses.
    static readonly string[] Meters =
        [Instrumentation.Name, "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    /// <summary>Collects telemetry if there is a receiver, and exports it by OTLP if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The settings; the other <c>OTEL_…</c> variables of the specification apply too.</param>
    /// <param name="addExporter">Adds the exporter of the host's platform; null without one.</param>
    public static IServiceCollection AddTwoStoryTelemetry(
        this IServiceCollection services, IConfiguration configuration, Action<OpenTelemetryBuilder>? addExporter = null)
    {
        var hasEndpoint = configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
        if (!hasEndpoint && addExporter is null) return services;
        services.AddLogging(LimitLogs);
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("twostory", serviceVersion: typeof(Instrumentation).Assembly.GetName().Version?.ToString()))
            .WithLogging(null, logs => logs.IncludeScopes = true)
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithTracing(traces => traces.AddSource(Instrumentation.Name).AddAspNetCoreInstrumentation(requests =>
                // Neither the simulators, whose paths contain mail addresses, nor static files.
                requests.Filter = context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)));
        if (hasEndpoint) telemetry.UseOtlpExporter();
        addExporter?.Invoke(telemetry);
        return services;
    }

    // ASP.NET Core's lines about each request contain the query string, and so what users search for.
    static void LimitLogs(ILoggingBuilder logging) => logging
        .AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Warning)
        .AddFilter<OpenTelemetryLoggerProvider>("TwoStory", LogLevel.Information);
}
