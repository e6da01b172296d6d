using System.Globalization;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Functions.Hosting;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();

    IConfiguration settings = builder.Configuration;
    IServiceCollection services = builder.Services;
    services.AddTwoStoryCore(settings, DatabaseUrl.ToConnectionString(settings["DATABASE_URL"] ?? ""));
    services.AddTwoStoryApi(settings);
    services.AddAzureParts(settings);
    services.AddTelemetry(settings);

    IHost host = builder.Build();
    await host.CheckDatabaseAsync();
    await host.RunAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Describe(failure) is { } line)
{
    Console.Error.WriteLine(line);
    return 1;
}
