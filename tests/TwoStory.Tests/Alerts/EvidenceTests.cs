using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Accounts;
using TwoStory.Core.Alerts;
using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;

namespace TwoStory.Tests.Alerts;

public sealed class EvidenceTests(KingCountyHost county) : IClassFixture<KingCountyHost>
{
    const string Password = "correct horse battery";

    readonly TestHost host = county.Host;

    sealed record Stored(Guid Id, string Kind, Guid LeadId, string? ListingKey, string Evidence);

    [Fact]
    public async Task Every_alert_has_its_evidence_over_http_and_can_be_decided_again_from_it()
    {
        var organization = await host.AddOrganizationAsync();
        var leads = KingCounty.Leads(60, seed: 3, random => random.Next(3) == 0 ? 1.5 : null);
        await host.AddLeadsAsync(organization, leads);
        await host.RunNearbySalesAsync(organization);
        await host.RunAsync(JobKinds.PropertyValues, organization.Id);
        county.Clock.MoveDays(7);
        await host.RunAsync(JobKinds.PropertyValues, organization.Id);

        var corpus = await host.QueryAsync<Stored>(
            "select id, kind, lead_id, listing_key, evidence::text from notifications where organization_id = @Id", new { organization.Id });

        Assert.Contains(corpus, alert => alert.Kind == "nearby_sale");
        Assert.Contains(corpus, alert => alert.Kind == "value_change");
        Assert.All(corpus, alert =>
        {
            var evidence = Evidence.FromJson(alert.Evidence);
            Assert.Equal(evidence.Decision, evidence.Recompute());
            Assert.True(evidence.Decision.Alert);
            Assert.Equal(AlertRules.Version, evidence.RuleVersion);
        });
        await SignInAsync(organization);
        foreach (var kind in corpus.GroupBy(alert => alert.Kind)) await AssertCarriedAsync(kind.First(), leads);
    }

    async Task AssertCarriedAsync(Stored alert, IReadOnlyList<TestLead> leads)
    {
        var notification = await host.Client.GetFromJsonAsync<JsonElement>($"/api/notifications/{alert.Id}");
        var carried = notification.GetProperty("evidence");
        Assert.Equal(Evidence.FromJson(alert.Evidence), Evidence.FromJson(carried.GetRawText()));
        Assert.Equal((alert.Kind, alert.LeadId), (notification.GetProperty("kind").GetString(), notification.GetProperty("leadId").GetGuid()));
        Assert.Equal(AlertRules.Version, carried.GetProperty("ruleVersion").GetInt32());
        var (observation, rule, state) = (carried.GetProperty("observation"), carried.GetProperty("rule"), carried.GetProperty("state"));
        if (alert.Kind == "value_change")
        {
            Assert.Equal(2, rule.GetProperty("thresholdPercent").GetDecimal());
            Assert.True(state.GetProperty("lastTold").GetProperty("value").GetDecimal() > 0);
            Assert.NotEqual(observation.GetProperty("asOf").GetString(), state.GetProperty("lastTold").GetProperty("asOf").GetString());
            Assert.Equal(observation.GetProperty("home").GetRawText(), state.GetProperty("lastTold").GetProperty("home").GetRawText());
            Assert.False(string.IsNullOrEmpty(observation.GetProperty("home").GetProperty("home").GetString()));
            Assert.InRange(
                observation.GetProperty("value").GetDecimal(), observation.GetProperty("rangeLow").GetDecimal(), observation.GetProperty("rangeHigh").GetDecimal());
            Assert.True(Math.Abs(carried.GetProperty("decision").GetProperty("changePercent").GetDecimal()) >= 2);
            return;
        }
        var listing = notification.GetProperty("listingId").GetString();
        var (lead, sale) = (leads.Single(lead => lead.Id == alert.LeadId), KingCounty.Window.Single(sale => sale.ListingId == listing));
        Assert.Equal(lead.Point!.Value.DistanceMilesTo(sale.Point), observation.GetProperty("distanceMiles").GetDouble(), 9);
        Assert.Equal(lead.RadiusMiles ?? 1, rule.GetProperty("radiusMiles").GetDouble());
        Assert.Equal(sale.Price, observation.GetProperty("closePrice").GetDecimal());
        Assert.Equal(alert.ListingKey, observation.GetProperty("listingKey").GetString());
        var dates = new[] { observation.GetProperty("closeDate"), rule.GetProperty("closedFrom"), rule.GetProperty("closedTo") }.Select(date => DateOnly.Parse(date.GetString()!, null)).ToList();
        Assert.Equal(7, dates[2].DayNumber - dates[1].DayNumber);
        Assert.InRange(dates[0], dates[1], dates[2]);
        Assert.Equal(KingCounty.Today.DayNumber - sale.CloseDate.DayNumber, dates[2].DayNumber - dates[0].DayNumber);
    }

    async Task SignInAsync(TestOrganization organization)
    {
        var hash = await host.Get<PasswordHasher>().HashAsync(Password, default);
        await host.Database.ExecuteAsync("update users set password_hash = @hash where organization_id = @Id", new { hash, organization.Id }, default);
        using var answer = await host.Client.PostAsJsonAsync("/api/auth/login", new { email = $"{organization.Agents[0]:N}@test.example", password = Password });
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>();
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("accessToken").GetString());
    }
}
