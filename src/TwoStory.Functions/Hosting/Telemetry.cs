using System.Globalization;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace TwoStory.Functions.Hosting;

/// <summary>Logs, traces and metrics to Application Insights. Lines carry run, organization and request by their scopes; none carries a person.</summary>
static class Telemetry
{
    const double TracesPerSecond = 5;

    /// <summary>Does nothing without <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>. Keeps <c>TELEMETRY_TRACES_PER_SECOND</c> traces, and every log line.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"])) return services;
        var rate = double.TryParse(configuration["TELEMETRY_TRACES_PER_SECOND"], CultureInfo.InvariantCulture, out var set) ? set : TracesPerSecond;
        // Its lines about each request hold the query string, which is what people search for.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
        services.Configure<OpenTelemetryLoggerOptions>(logs => logs.IncludeScopes = true);
        services.AddOpenTelemetry().UseFunctionsWorkerDefaults().UseAzureMonitorExporter(exporter =>
        {
            exporter.TracesPerSecond = rate;
            // The alerts read log lines, also those of traces that are not kept.
            exporter.EnableTraceBasedLogsSampler = false;
            // The setting by which the host too writes as the app's identity instead of by the key in the connection string.
            if (configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] is { Length: > 0 }) exporter.Credential = new DefaultAzureCredential();
        });
        return services;
    }
}
