using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TwoStory.Local.Hosting;
using TwoStory.Tests.Api;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>The API served by the worker process of the Azure host. Tests prepare data directly in its database.</summary>
public sealed class WorkerApiHost : ApiHost
{
    IHost? hub;
    WorkerHost? worker;

    public override Uri Root => worker!.Root;

    /// <summary>Of the task hub that the worker's Durable clients reach. It runs nothing.</summary>
    public DurableTaskClient Durable => hub!.Services.GetRequiredService<DurableTaskClient>();

    internal WorkerHost Worker => worker!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var hubPort = LoopbackPort.Claim(0);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging().AddInMemoryDurableTask(_ => { }, new InMemoryDurableTaskOptions { Port = hubPort });
        hub = builder.Build();
        await hub.StartAsync();
        var settings = await AllSettingsAsync();
        worker = await WorkerHost.StartAsync(WorkerSettings.With(await WorkerDatabase.UrlAsync(ConnectionString), settings), settings["FRONTEND_URL"]!, hubPort);
    }

    public override async Task DisposeAsync()
    {
        if (worker is not null) await worker.DisposeAsync();
        if (hub is not null) await hub.StopAsync();
        hub?.Dispose();
        await base.DisposeAsync();
    }
}
