using System.Globalization;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace TwoStory.Functions.Hosting;

/// <summary>Exports logs, traces and metrics to Application Insights. Log scopes contain run, organization and request, and no personal data.</summary>
static class Telemetry
{
    const double TracesPerSecond = 5;

    /// <summary>
    /// Does nothing without <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>. Samples <c>TELEMETRY_TRACES_PER_SECOND</c> traces and exports every log line.
    /// </summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"])) return services;
        var rate = double.TryParse(configuration["TELEMETRY_TRACES_PER_SECOND"], CultureInfo.InvariantCulture, out var set) ? set : TracesPerSecond;
        // The request log contains the query string, and with it the search text of users.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
        services.Configure<OpenTelemetryLoggerOptions>(logs => logs.IncludeScopes = true);
        services.AddOpenTelemetry().UseFunctionsWorkerDefaults().UseAzureMonitorExporter(exporter =>
        {
            exporter.TracesPerSecond = rate;
            // The alerts read all log lines, including those of traces that are not sampled.
            exporter.EnableTraceBasedLogsSampler = false;
            // With this setting the Functions host, too, authenticates with the app's identity instead of the key in the connection string.
            if (configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] is { Length: > 0 }) exporter.Credential = new DefaultAzureCredential();
        });
        return services;
    }
}
