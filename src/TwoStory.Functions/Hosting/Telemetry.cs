using System.Globalization;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TwoStory.Functions.Hosting;

/// <summary>Sends the telemetry of every host also to Application Insights.</summary>
static class Telemetry
{
    const double TracesPerSecond = 5;

    /// <summary>
    /// Exports to Application Insights if <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is set: <c>TELEMETRY_TRACES_PER_SECOND</c> traces, and every
    /// log line. Exports by OTLP as <see cref="TelemetrySetup"/> does.
    /// </summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        // The lines about each request contain the query string, and so what users search for; the worker forwards lines to the host.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
        var isAzure = configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 };
        if (!isAzure && configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 }) return services;
        return services.AddTwoStoryTelemetry(configuration, telemetry =>
        {
            telemetry.UseFunctionsWorkerDefaults();
            if (isAzure) telemetry.UseAzureMonitorExporter(exporter => Configure(exporter, configuration));
        });
    }

    static void Configure(AzureMonitorExporterOptions exporter, IConfiguration configuration)
    {
        exporter.TracesPerSecond =
            double.TryParse(configuration["TELEMETRY_TRACES_PER_SECOND"], CultureInfo.InvariantCulture, out var rate) ? rate : TracesPerSecond;
        // The alerts read log lines, also those of traces that are not kept.
        exporter.EnableTraceBasedLogsSampler = false;
        // With this setting the host writes as the app's identity instead of by the key in the connection string, and so does the worker.
        if (configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] is { Length: > 0 }) exporter.Credential = new DefaultAzureCredential();
    }
}
