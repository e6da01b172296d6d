using System.Collections.Concurrent;
using TwoStory.Core.Jobs;
using TwoStory.Functions.Jobs;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;

namespace TwoStory.Tests.Functions;

/// <summary>The orchestrations on the real engine: after any fault, the run of each organization ends with the same rows and e-mails.</summary>
public sealed class DurableRunTests : IAsyncLifetime
{
    Town town = null!;

    public async Task InitializeAsync() => town = await Town.StartAsync();

    public async Task DisposeAsync() => await town.DisposeAsync();

    [Fact]
    public async Task Each_batch_whose_answer_is_lost_once_is_notified_once()
    {
        TestOrganization[] organizations = [await town.AddDueAsync(), await town.AddDueAsync(), await town.AddDueAsync()];
        var lost = new ConcurrentDictionary<Batch, bool>();
        town.Hub.AfterBatch = batch =>
        {
            if (lost.TryAdd(batch, true)) throw new IOException("The answer is lost.");
        };

        var totals = await town.RunHourAsync("hour");

        Assert.Equal((3, 3), (totals.Organizations, totals.Finished));
        Assert.True(lost.Count > 9, string.Join('\n', lost.Keys));
        Assert.Equal(2 * lost.Count, town.Hub.Calls[nameof(JobActivities.RunBatch)]);
        foreach (var organization in organizations) await town.AssertNotifiedOnceAsync(organization, 3);
    }

    [Fact]
    public async Task Histories_that_start_anew_after_each_step_and_page_lose_nothing()
    {
        var organization = await town.AddDueAsync(homes: 9);
        // More than a page of organizations, whose credentials are missing.
        await town.Host.Database.ExecuteAsync(
            "insert into organizations (id, name, time_zone, created_at) select gen_random_uuid(), 'Page ' || n, 'America/Los_Angeles', now() - interval '30 days' from generate_series(1, 7) n", null, default);

        var totals = await town.RunHourAsync("hour", Town.Pace with { StepsPerHistory = 1 });

        Assert.Equal((8, 1, 7, 0), (totals.Organizations, totals.Finished, totals.Unsuccessful, totals.Failed));
        Assert.True(town.Hub.Calls[nameof(JobActivities.StartDue)] >= 3);
        await town.AssertNotifiedOnceAsync(organization, 9);
    }

    [Fact]
    public async Task A_run_waits_in_a_timer_for_the_provider_and_a_long_wait_is_left_to_a_later_hour()
    {
        var organization = await town.AddDueAsync();
        await town.Host.FaultAsync(new { provider = "spark", fault = "status", status = 429, retryAfterSeconds = 3, count = 1 });

        var first = await town.RunHourAsync("first", Town.Pace with { LongestTimer = TimeSpan.FromSeconds(0.5) });
        var second = await town.RunHourAsync("second");

        Assert.Equal((1, 0), (first.Waiting, first.Finished));
        Assert.Equal((0, 1), (second.Waiting, second.Finished));
        await town.AssertNotifiedOnceAsync(organization, 3);
    }

    [Fact]
    public async Task A_failing_organization_stops_no_other_and_the_next_hour_continues_its_run()
    {
        TestOrganization failing = await town.AddDueAsync(), other = await town.AddDueAsync();
        town.Hub.BeforeBatch = batch =>
            batch.Run.OrganizationId == failing.Id ? throw new DatabaseAwayException(new IOException("The connection broke.")) : Task.CompletedTask;

        var first = await town.RunHourAsync("first");
        town.Hub.BeforeBatch = _ => Task.CompletedTask;
        var second = await town.RunHourAsync("second");

        Assert.Equal((1, 1), (first.Finished, first.Failed));
        Assert.Equal([failing.Id], first.FailedOrganizations);
        Assert.Equal((1, 1, 0), (second.Organizations, second.Finished, second.Failed));
        await town.AssertNotifiedOnceAsync(failing, 3);
        await town.AssertNotifiedOnceAsync(other, 3);
    }

    [Fact]
    public async Task A_batch_that_keeps_throwing_is_given_up_alone()
    {
        var organization = await town.AddDueAsync();
        town.Hub.BeforeBatch = batch => batch.Ordinal == 1 ? throw new InvalidOperationException("A fault of our own.") : Task.CompletedTask;

        var totals = await town.RunHourAsync("hour");

        var report = await town.ReportAsync(organization);
        Assert.Equal((1, 1), (totals.Finished, town.Hub.Calls[nameof(JobActivities.AbandonBatch)]));
        Assert.Equal((JobState.Partial, 2), (report.State, report.Counts.Alerts));
        Assert.Contains(report.Errors, error => error.Code == "internal_error");
    }

    [Fact]
    public async Task A_run_claimed_by_two_instances_is_executed_by_one()
    {
        var organization = await town.AddDueAsync();
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        town.Hub.BeforeBatch = _ => begun.TrySetResult() ? released.Task : Task.CompletedTask;
        var engine = new DurableJobEngine(town.Host.Get<JobStore>(), Town.Pace) { Client = town.Hub.Client };
        var run = await engine.StartAsync(JobKinds.NearbySales, organization.Id, default);
        await begun.Task;

        var totals = await town.RunHourAsync("hour");
        released.SetResult();
        var completed = await town.CompletedAsync(run.InstanceId);

        Assert.Equal((1, 1, 0), (totals.Organizations, totals.Waiting, totals.Finished));
        Assert.Equal("\"Finished\"", completed.SerializedOutput);
        await town.AssertNotifiedOnceAsync(organization, 3);
    }

    [Fact]
    public async Task A_worker_that_restarts_in_the_middle_of_a_run_replays_it_to_the_same_end()
    {
        var organization = await town.AddDueAsync();
        await town.Host.FaultAsync(new { provider = "spark", fault = "status", status = 429, retryAfterSeconds = 6, count = 1 });
        await town.StartHourAsync("hour");
        await town.UntilAsync(organization, JobState.Waiting);
        await town.UntilTimerAsync(organization);

        await town.Hub.RestartWorkerAsync();
        var totals = await town.TotalsAsync("hour");

        Assert.Equal((1, 1), (totals.Organizations, totals.Finished));
        await town.AssertNotifiedOnceAsync(organization, 3);
    }

    [Fact]
    public async Task Refused_credentials_are_no_finished_run_in_the_totals()
    {
        await town.AddDueAsync();
        var refused = await town.AddDueAsync(sparkToken: "sim-idx-refused");
        await town.Host.FaultAsync(new { provider = "spark", fault = "status", status = 401, credential = "sim-idx-refused" });

        var totals = await town.RunHourAsync("hour");

        Assert.Equal((2, 1, 1, 0), (totals.Organizations, totals.Finished, totals.Unsuccessful, totals.Failed));
        Assert.Equal(JobState.Failed, (await town.ReportAsync(refused)).State);
    }

    [Fact]
    public async Task A_canceled_run_ends_immediately_and_no_later_hour_continues_it()
    {
        var organization = await town.AddDueAsync();
        var released = new TaskCompletionSource();
        town.Hub.BeforeBatch = _ => released.Task;
        await town.StartHourAsync("first");
        await town.UntilAsync(organization, JobState.Running);

        var run = await town.ReportAsync(organization);
        Assert.True(await town.Host.Get<JobStore>().CancelAsync(organization.Id, run.Id, "Stopped by an operator.", default));
        released.SetResult();
        await town.TotalsAsync("first");
        var later = await town.RunHourAsync("second");

        var ended = await town.ReportAsync(organization);
        Assert.Equal((0, run.Id, JobState.Failed), (later.Organizations, ended.Id, ended.State));
        Assert.Contains(ended.Errors, error => error.Code == "canceled");
        Assert.Empty(await town.Host.NotifiedAsync(organization));
    }
}
