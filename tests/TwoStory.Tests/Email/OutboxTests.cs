using System.Net;
using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;

namespace TwoStory.Tests.Email;

/// <summary>A mail and its data are committed in one transaction.</summary>
public sealed class OutboxTests(EmptyTown town) : IClassFixture<EmptyTown>
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task Notifications_and_their_mail_are_written_together_or_not_at_all()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        town.Sell(spot);
        await host.AddLeadsAsync(organization, [new(spot)]);
        var run = await host.FetchAsync(organization);
        var job = host.Get<IEnumerable<IJob>>().Single(job => job.Kind == JobKinds.NearbySales);
        var row = await host.Get<JobStore>().FindAsync(run, default);

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Database.Tenant(organization.Id).TransactAsync<bool>(
            async transaction =>
            {
                Assert.Equal((1, 1), (await job.NotifyAsync(row!, organization.Agents[0], transaction)) is var report ? (report.Alerts, report.Emails) : default);
                throw new InvalidOperationException("The process died before it committed.");
            }, default));
        Assert.Equal((0L, 0L), await CountAsync(organization));

        await host.ExecuteRunAsync(run);
        Assert.Equal((1L, 1L), await CountAsync(organization));
    }

    [Fact]
    public async Task An_agent_gets_one_mail_a_run_with_the_sales_grouped_by_lead()
    {
        var organization = await host.AddOrganizationAsync(agents: 2);
        var (spot, other) = (town.NewSpot(), town.NewSpot());
        TestLead[] leads =
        [
            new(spot) { Owner = organization.Agents[0], Street = "1 First Street" }, new(other) { Owner = organization.Agents[0], Street = "2 Second & Third" },
            new(spot) { Owner = organization.Agents[1], Street = "3 Other Street" },
        ];
        await host.AddLeadsAsync(organization, leads);
        var sales = new[] { town.Sell(spot.North(0.25), price: 612_345, office: "Barnes & <Noble>"), town.Sell(spot.North(0.75)), town.Sell(other.North(0.5)) };

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal((5, 2), (report.Counts.Alerts, report.Counts.Emails));
        var mails = await host.MailSentAsync(organization);
        Assert.Equal(organization.Agents.Select(agent => $"{agent:N}@test.example"), mails.Select(mail => mail.To[0]));
        foreach (var part in new[] { WebUtility.HtmlDecode(mails[0].Html), mails[0].Text })
        {
            Assert.Contains("1 First Street", part, StringComparison.Ordinal);
            Assert.Contains("2 Second & Third", part, StringComparison.Ordinal);
            Assert.DoesNotContain("3 Other Street", part, StringComparison.Ordinal);
            Assert.Equal(1, part.Split("1 First Street").Length - 1);
            Assert.All(sales, sale => Assert.Contains(sale.Home.Address.Street, part, StringComparison.Ordinal));
            Assert.Contains("$612,345", part, StringComparison.Ordinal);
            Assert.Contains("0.25 mi away", part, StringComparison.Ordinal);
            Assert.Contains("Listed by Barnes & <Noble>", part, StringComparison.Ordinal);
            Assert.Contains(town.Today.AddDays(-1).ToString("MMMM d, yyyy", System.Globalization.CultureInfo.GetCultureInfo("en-US")), part, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("<Noble>", mails[0].Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_e_mail_off_agents_are_notified_without_mail()
    {
        var organization = await host.AddOrganizationAsync();
        await host.Database.ExecuteAsync("update organizations set email_mode = 'off' where id = @Id", new { organization.Id }, default);
        var spot = town.NewSpot();
        town.Sell(spot);
        await host.AddLeadsAsync(organization, [new(spot)]);

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal((1, 0), (report.Counts.Alerts, report.Counts.Emails));
        Assert.Equal((1L, 0L), await CountAsync(organization));
    }

    [Fact]
    public async Task A_mail_stays_as_it_was_written()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        town.Sell(spot);
        await host.AddLeadsAsync(organization, [new(spot)]);
        await host.FaultAsync(new { provider = "resend", fault = "status", status = 500 });
        await host.RunNearbySalesAsync(organization);
        await host.Database.ExecuteAsync("update leads set name = 'Renamed' where organization_id = @Id", new { organization.Id }, default);
        await host.ClearFaultsAsync();

        await host.Database.ExecuteAsync("update email_outbox set not_before = now() where organization_id = @Id", new { organization.Id }, default);

        Assert.DoesNotContain("Renamed", Assert.Single(await host.MailSentAsync(organization)).Text, StringComparison.Ordinal);
    }

    async Task<(long, long)> CountAsync(TestOrganization organization) => (await host.QueryAsync<(long, long)>(
        "select (select count(*) from notifications where organization_id = @Id), (select count(*) from email_outbox where organization_id = @Id)", new { organization.Id }))[0];
}
