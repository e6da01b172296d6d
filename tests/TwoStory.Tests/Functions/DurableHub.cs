using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using TwoStory.Core.Jobs;
using TwoStory.Functions.Jobs;
using TwoStory.Local.Hosting;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Functions;

/// <summary>
/// The DurableTask engine in this process, with the Azure host's orchestrators and activities over real Core. It works on as many
/// activities at a time as the machine has processors: a test that blocks that many batches blocks every activity, and host.json's limits do not
/// apply. Its histories outlive the worker, which can be replaced as when an instance restarts.
/// </summary>
sealed class DurableHub : IAsyncDisposable
{
    readonly TestHost core;
    readonly int port = LoopbackPort.Claim(0);
    readonly IHost hub;
    IHost? replacement;

    DurableHub(TestHost core)
    {
        this.core = core;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging().AddInMemoryDurableTask(AddTasks, new InMemoryDurableTaskOptions { Port = port });
        hub = builder.Build();
    }

    public DurableTaskClient Client => hub.Services.GetRequiredService<DurableTaskClient>();

    /// <summary>Called before each batch; its exception becomes the exception of the activity.</summary>
    public Func<Batch, Task> BeforeBatch { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called after each batch; its exception loses the result of the batch.</summary>
    public Action<Batch> AfterBatch { get; set; } = _ => { };

    /// <summary>How often each activity was called.</summary>
    public ConcurrentDictionary<string, int> Calls { get; } = new();

    public static async Task<DurableHub> StartAsync(TestHost core)
    {
        var started = new DurableHub(core);
        await started.hub.StartAsync();
        return started;
    }

    /// <summary>Stops the worker and starts another, which knows nothing but the histories.</summary>
    public async Task RestartWorkerAsync()
    {
        foreach (var worker in hub.Services.GetServices<IHostedService>().OfType<BackgroundService>()) await worker.StopAsync(default);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging().AddDurableTaskWorker(worker => worker.UseGrpc($"http://localhost:{port}").AddTasks(AddTasks));
        replacement = builder.Build();
        await replacement.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (replacement is not null) await replacement.StopAsync();
        await hub.StopAsync();
        replacement?.Dispose();
        hub.Dispose();
    }

    void AddTasks(DurableTaskRegistry tasks)
    {
        tasks.AddOrchestratorFunc<RunProgress, RunTotals>(nameof(JobOrchestrations.RunJob), JobOrchestrations.RunJob);
        tasks.AddOrchestratorFunc<OrganizationProgress, OrganizationEnd>(nameof(JobOrchestrations.RunOrganization), JobOrchestrations.RunOrganization);
        var activities = new JobActivities(core.Get<JobDue>(), core.Get<JobSteps>(), core.Get<JobStore>(), NullLogger<JobActivities>.Instance);
        Add<DuePageRequest, DuePage>(tasks, nameof(JobActivities.StartDue), request => activities.StartDue(request, default));
        Add<Claim, bool>(tasks, nameof(JobActivities.ClaimRun), claim => activities.ClaimRun(claim, Client, default));
        Add<OrganizationRun, Step>(tasks, nameof(JobActivities.NextStep), run => activities.NextStep(run, default));
        Add<Batch, bool>(tasks, nameof(JobActivities.RunBatch), async batch =>
        {
            await BeforeBatch(batch);
            await activities.RunBatch(batch, default);
            AfterBatch(batch);
            return true;
        });
        Add<Batch, bool>(tasks, nameof(JobActivities.AbandonBatch), async batch =>
        {
            await activities.AbandonBatch(batch, default);
            return true;
        });
    }

    void Add<TInput, TOutput>(DurableTaskRegistry tasks, string name, Func<TInput, Task<TOutput>> activity) =>
        tasks.AddActivityFunc<TInput, TOutput>(name, (_, input) =>
        {
            Calls.AddOrUpdate(name, 1, (_, count) => count + 1);
            return activity(input);
        });
}
