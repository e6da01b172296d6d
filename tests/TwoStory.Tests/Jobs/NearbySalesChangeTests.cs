using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>Changes between fetching and notifying take effect in the notification.</summary>
public sealed class NearbySalesChangeTests(EmptyTown town) : IClassFixture<EmptyTown>
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task A_lead_deleted_before_notification_gets_no_alert()
    {
        var (organization, leads, _) = await TwoLeadsAsync();
        var run = await host.FetchAsync(organization);
        await ChangeAsync("delete from leads where id = @Id", leads[0]);

        await host.ExecuteRunAsync(run);

        Assert.Equal([leads[1].Id], (await host.NotifiedAsync(organization)).Select(notified => notified.Lead));
        Assert.Equal(JobState.Completed, (await host.Get<JobReports>().GetAsync(organization.Id, run.RunId, default)).State);
    }

    [Theory]
    [InlineData("notify_nearby_sales = false", 0)]
    [InlineData("latitude = latitude + 1", 0)]
    [InlineData("latitude = null, longitude = null", 0)]
    [InlineData("location_precision = 'area'", 0)]
    [InlineData("radius_miles = 0.1", 0)]
    [InlineData("alerts_since = '2100-01-01'", 1)]
    public async Task A_lead_changed_before_notification_is_decided_in_its_new_state(string change, int rowsThatStay)
    {
        var (organization, leads, _) = await TwoLeadsAsync();
        var run = await host.FetchAsync(organization);
        await ChangeAsync($"update leads set {change} where id = @Id", leads[0]);

        await host.ExecuteRunAsync(run);

        Assert.Equal([leads[1].Id], (await host.NotifiedAsync(organization)).Select(notified => notified.Lead));
        Assert.Equal(rowsThatStay, (await host.RecordedAsync(organization)).Count(row => row.Lead == leads[0].Id));
        Assert.DoesNotContain(await host.RecordedAsync(organization), row => row.Decision is null);
    }

    [Fact]
    public async Task A_reenabled_lead_gets_the_alerts_it_missed()
    {
        var (organization, leads, sale) = await TwoLeadsAsync();
        var run = await host.FetchAsync(organization);
        await ChangeAsync("update leads set notify_nearby_sales = false where id = @Id", leads[0]);
        await host.ExecuteRunAsync(run);
        await ChangeAsync("update leads set notify_nearby_sales = true where id = @Id", leads[0]);

        await host.RunNearbySalesAsync(organization);

        Assert.Contains((leads[0].Id, sale), await host.NotifiedAsync(organization));
    }

    [Fact]
    public async Task A_lead_reassigned_before_notification_notifies_its_new_agent_in_the_same_run()
    {
        var organization = await host.AddOrganizationAsync(agents: 2);
        var spot = town.NewSpot();
        var lead = new TestLead(spot) { Owner = organization.Agents[0] };
        town.Sell(spot);
        await host.AddLeadsAsync(organization, [lead]);
        var run = await host.FetchAsync(organization);
        await host.Database.ExecuteAsync("update leads set owner_id = @to where id = @Id", new { lead.Id, to = organization.Agents[1] }, default);

        await host.ExecuteRunAsync(run);

        Assert.Equal([organization.Agents[1]], await host.QueryAsync<Guid>("select user_id from notifications where organization_id = @Id", new { organization.Id }));
        Assert.Equal($"{organization.Agents[1]:N}@test.example", Assert.Single(await host.MailSentAsync(organization)).To[0]);
    }

    [Fact]
    public async Task A_lead_reassigned_after_notification_is_not_reported_again()
    {
        var organization = await host.AddOrganizationAsync(agents: 2);
        var spot = town.NewSpot();
        town.Sell(spot);
        await host.AddLeadsAsync(organization, [new(spot) { Owner = organization.Agents[0] }]);
        await host.RunNearbySalesAsync(organization);
        await host.Database.ExecuteAsync("update leads set owner_id = @to where organization_id = @Id", new { organization.Id, to = organization.Agents[1] }, default);

        await host.RunNearbySalesAsync(organization);

        Assert.Single(await host.NotifiedAsync(organization));
        Assert.Single(await host.MailSentAsync(organization));
    }

    [Fact]
    public async Task Deleting_a_lead_while_its_agent_is_notified_stops_neither()
    {
        var (organization, leads, _) = await TwoLeadsAsync();
        var run = await host.FetchAsync(organization);
        await using var connection = await host.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand("select 1 from leads where id = $1 for update", connection, transaction);
        command.Parameters.Add(new() { Value = leads[0].Id });
        await command.ExecuteNonQueryAsync();
        var notifying = host.ExecuteRunAsync(run);
        while ((await host.QueryAsync<long>("select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()"))[0] == 0)
        {
            await Task.Delay(20);
        }

        command.CommandText = "delete from leads where id = $1";
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        await notifying;

        Assert.Equal([leads[1].Id], (await host.NotifiedAsync(organization)).Select(notified => notified.Lead));
    }

    Task ChangeAsync(string sql, TestLead lead) => host.Database.ExecuteAsync(sql, new { lead.Id }, default);

    async Task<(TestOrganization Organization, TestLead[] Leads, string Sale)> TwoLeadsAsync()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        TestLead[] leads = [new(spot), new(spot)];
        var sale = town.Sell(spot.North(0.5));
        await host.AddLeadsAsync(organization, leads);
        return (organization, leads, sale.ListingId);
    }
}
