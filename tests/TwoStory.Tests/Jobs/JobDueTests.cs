using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>The due organizations at times that a test sets.</summary>
public sealed class JobDueTests(EmptyTown town) : IClassFixture<EmptyTown>
{
    // A winter's Saturday, noon in New York.
    static readonly DateTimeOffset Saturday = new(2027, 1, 9, 17, 0, 0, TimeSpan.Zero);

    readonly TestHost host = town.Host;

    sealed class Moment(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    [Fact]
    public async Task Every_organization_is_due_once_at_six_in_its_time_zone()
    {
        var (newYork, losAngeles) = (await CreatedAsync("America/New_York", Saturday), await CreatedAsync("America/Los_Angeles", Saturday));

        List<(int, TestOrganization)> started = [];
        for (var hour = 0; hour < 30; hour++)
        {
            foreach (var organization in await DueAsync(Saturday.AddHours(hour), newYork, losAngeles)) started.Add((hour, organization));
        }

        // Noon on Saturday plus 18 hours is six on Sunday; three hours later in Los Angeles.
        Assert.Equal([(18, newYork), (21, losAngeles)], started);
    }

    [Fact]
    public async Task An_unknown_time_zone_fails_alone_and_its_run_says_why()
    {
        var (unknown, newYork) = (await CreatedAsync("America/New_York", Saturday), await CreatedAsync("America/New_York", Saturday));
        await host.Database.ExecuteAsync("update organizations set time_zone = 'Mars/Olympus' where id = @Id", new { unknown.Id }, default);

        Assert.Equal([newYork], await DueAsync(Saturday.AddHours(18), unknown, newYork));

        Assert.Equal(
            ["failed time_zone_unknown"],
            await host.QueryAsync<string>("select state || ' ' || error_code from job_runs where organization_id = @Id", new { unknown.Id }));
        await host.Database.ExecuteAsync("update organizations set time_zone = 'America/New_York' where id = @Id", new { unknown.Id }, default);
    }

    [Fact]
    public async Task Values_are_due_when_Sunday_begins()
    {
        var organization = await CreatedAsync("America/New_York", Saturday);

        Assert.Empty(await DueAsync(JobKinds.PropertyValues, Saturday.AddHours(11), organization));
        Assert.Equal([organization], await DueAsync(JobKinds.PropertyValues, Saturday.AddHours(12), organization));
        await FinishAsync(organization);
        Assert.Empty(await DueAsync(JobKinds.PropertyValues, Saturday.AddDays(7), organization));
        Assert.Equal([organization], await DueAsync(JobKinds.PropertyValues, Saturday.AddDays(7).AddHours(12), organization));
    }

    [Fact]
    public async Task A_missed_occurrence_runs_once_at_the_next_hour()
    {
        var organization = await CreatedAsync("America/New_York", Saturday);

        // No check for three days, until ten in the morning.
        var late = Saturday.AddDays(3).AddHours(-2);
        Assert.Equal([organization], await DueAsync(late, organization));
        await FinishAsync(organization);
        Assert.Empty(await DueAsync(late.AddHours(1), organization));
        Assert.Equal([new DateOnly(2027, 1, 12)], await OccurrencesAsync(organization));
    }

    [Fact]
    public async Task A_timer_that_fires_twice_starts_nothing_twice()
    {
        var organization = await CreatedAsync("America/New_York", Saturday);
        var six = Saturday.AddHours(18);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DueAsync(six, organization)));

        Assert.Single(await OccurrencesAsync(organization));
        await FinishAsync(organization);
        Assert.Empty(await DueAsync(six, organization));
        Assert.Empty(await DueAsync(six.AddMinutes(59), organization));
    }

    [Fact]
    public async Task A_live_run_is_handed_out_again_and_delays_the_next()
    {
        var organization = await CreatedAsync("America/New_York", Saturday);
        var manual = await host.Get<JobStore>().StartAsync(JobKinds.NearbySales, organization.Id, occurrence: null, default);

        var page = await AllDueAsync(JobKinds.NearbySales, Saturday.AddHours(18));
        Assert.Equal(manual.Id, page.Single(run => run.OrganizationId == organization.Id).RunId);
        await FinishAsync(organization);

        Assert.Equal([organization], await DueAsync(Saturday.AddHours(19), organization));
        Assert.Equal([new DateOnly(2027, 1, 10)], (await OccurrencesAsync(organization)).Where(date => date != default));
    }

    [Fact]
    public async Task An_organization_made_after_the_hour_is_not_due_before_the_next_day()
    {
        var organization = await CreatedAsync("America/New_York", Saturday.AddHours(18).AddMinutes(1));

        Assert.Empty(await DueAsync(Saturday.AddHours(19), organization));
        Assert.Empty(await DueAsync(JobKinds.PropertyValues, Saturday.AddHours(19), organization));
        Assert.Equal([organization], await DueAsync(Saturday.AddHours(18 + 24), organization));
    }

    [Theory]
    [InlineData("America/New_York", "2027-03-13T00:00Z")]
    [InlineData("America/New_York", "2027-11-06T00:00Z")]
    [InlineData("America/Santiago", "2027-09-04T00:00Z")]
    [InlineData("Africa/Cairo", "2027-04-29T00:00Z")]
    public async Task The_days_when_clocks_change_are_neither_skipped_nor_doubled(string zone, string from)
    {
        var start = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        var organization = await CreatedAsync(zone, start.AddDays(-1));
        var days = new List<DateOnly>();
        for (var hour = 0; hour < 72; hour++)
        {
            if ((await DueAsync(start.AddHours(hour), organization)).Count > 0) days.Add((await OccurrencesAsync(organization))[^1]);
            await FinishAsync(organization);
        }
        // The first hour includes the earlier occurrence; then one a day.
        Assert.Equal(Enumerable.Range(0, days.Count).Select(day => days[0].AddDays(day)), days);
        Assert.Equal(4, days.Count);
    }

    async Task<TestOrganization> CreatedAsync(string timeZone, DateTimeOffset at)
    {
        var organization = await host.AddOrganizationAsync(timeZone: timeZone);
        await host.Database.ExecuteAsync("update organizations set created_at = @at where id = @Id", new { organization.Id, at = at.UtcDateTime }, default);
        return organization;
    }

    Task<IReadOnlyList<TestOrganization>> DueAsync(DateTimeOffset now, params TestOrganization[] among) => DueAsync(JobKinds.NearbySales, now, among);

    /// <summary>The newly due organizations; their runs stay unfinished until <see cref="FinishAsync"/>, as with a slow engine.</summary>
    async Task<IReadOnlyList<TestOrganization>> DueAsync(string kind, DateTimeOffset now, params TestOrganization[] among)
    {
        var live = await host.QueryAsync<Guid>("select id from job_runs where finished_at is null");
        var due = (await AllDueAsync(kind, now)).Where(run => !live.Contains(run.RunId)).Select(run => run.OrganizationId).ToHashSet();
        return [.. among.Where(organization => due.Contains(organization.Id))];
    }

    async Task<IReadOnlyList<OrganizationRun>> AllDueAsync(string kind, DateTimeOffset now)
    {
        var due = new JobDue(host.Database, host.Get<JobStore>(), host.Get<IEnumerable<IJob>>(), host.Get<Microsoft.Extensions.Options.IOptions<JobOptions>>(), new Moment(now));
        List<OrganizationRun> runs = [];
        Guid? after = null;
        do
        {
            var page = await due.StartDueAsync(kind, after, default);
            runs.AddRange(page.Runs);
            after = page.After;
        }
        while (after is not null);
        return runs;
    }

    Task FinishAsync(TestOrganization organization) => host.Database.ExecuteAsync(
        "update job_runs set state = 'completed', finished_at = now() where organization_id = @Id and finished_at is null", new { organization.Id }, default);

    Task<IReadOnlyList<DateOnly>> OccurrencesAsync(TestOrganization organization) => host.QueryAsync<DateOnly>(
        "select coalesce(occurrence, '0001-01-01') from job_runs where organization_id = @Id order by created_at", new { organization.Id });
}
