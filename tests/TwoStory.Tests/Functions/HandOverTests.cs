using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Functions;

/// <summary>The database stores the instance that executes a run, so that two orchestrations never execute the same one.</summary>
public sealed class HandOverTests
{
    [Fact]
    public async Task Of_two_instances_that_take_over_the_same_dead_one_one_gets_the_run()
    {
        await using var host = await TestHost.StartAsync();
        var organization = await host.AddOrganizationAsync();
        var store = host.Get<JobStore>();
        var run = await store.StartAsync(JobKinds.NearbySales, organization.Id, new DateOnly(2026, 11, 22), default);
        var organizationRun = new OrganizationRun(run.Id, organization.Id, run.Kind);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => store.HandOverAsync(organizationRun, run.InstanceId, $"instance-{number}", default)));

        Assert.Single(taken, got => got);
        Assert.Equal($"instance-{Array.IndexOf(taken, true)}", (await store.FindAsync(organizationRun, default))!.InstanceId);
    }

    [Fact]
    public async Task A_finished_run_is_not_handed_over()
    {
        await using var host = await TestHost.StartAsync();
        var organization = await host.AddOrganizationAsync();
        var store = host.Get<JobStore>();
        var run = await store.StartAsync(JobKinds.NearbySales, organization.Id, occurrence: null, default);
        var organizationRun = new OrganizationRun(run.Id, organization.Id, run.Kind);
        await store.FinishAsync(organizationRun, default);

        Assert.False(await store.HandOverAsync(organizationRun, run.InstanceId, "late", default));
    }
}
