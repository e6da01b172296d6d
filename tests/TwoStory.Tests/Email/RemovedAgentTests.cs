using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Email;

/// <summary>The successor of a removed agent receives what the agent would have received.</summary>
public sealed class RemovedAgentTests(PostOffice office) : IClassFixture<PostOffice>, IAsyncLifetime
{
    readonly TestHost host = office.Host;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => host.ClearFaultsAsync();

    [Fact]
    public async Task The_notifications_of_a_removed_agent_go_to_the_owners_of_their_leads()
    {
        var (owner, agent, successor) = await TeamAsync();
        TestLead[] leads = [new(null) { Owner = agent, Precision = "none" }, new(null) { Owner = owner.Organization.Agents[0], Precision = "none" }];
        await host.AddLeadsAsync(owner.Organization, leads);
        // The second lead was reassigned to the owner before, with a notification that stayed with the agent.
        foreach (var lead in leads)
        {
            await host.Database.ExecuteAsync(
                """
                insert into notifications (id, organization_id, user_id, lead_id, kind, cause, title, body, evidence)
                values (@Id, @organization, @agent, @Id, 'value_change', @Id::text, 'T', 'B', '{}')
                """, new { lead.Id, agent, organization = owner.Organization.Id }, default);
        }

        Assert.Equal(204, (await owner.DeleteAsync($"organization/users/{agent}?leadsTo={successor}")).Status);

        var found = await host.QueryAsync<(Guid, Guid, bool)>(
            "select lead_id, user_id, read_at is null from notifications where organization_id = @Id", new { owner.Organization.Id });
        Assert.Equal(
            new[] { (leads[0].Id, successor, true), (leads[1].Id, owner.Organization.Agents[0], true) }.Order(), found.Order());
        Assert.Single((await owner.GetAsync("notifications")).Items);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("parked")]
    public async Task Unsent_mail_to_a_removed_agent_is_canceled_and_the_rest_of_its_batch_is_sent(string state)
    {
        var (owner, agent, successor) = await TeamAsync();
        var (removed, other) = ($"{agent:N}@test.example", $"other-{successor:N}@test.example");
        await WriteAsync(owner.Organization, removed, other);
        if (state == "parked")
        {
            await host.FaultAsync(new { provider = "resend", fault = "status", status = 429, code = "daily_quota_exceeded" });
            await office.SendAsync();
            await host.ClearFaultsAsync();
        }

        Assert.Equal(204, (await owner.DeleteAsync($"organization/users/{agent}?leadsTo={successor}")).Status);
        await office.PassWaitsAsync();
        await office.SendAsync();

        Assert.Equal((0, 1), (await office.ReceivedAsync(removed), await office.ReceivedAsync(other)));
        Assert.Equal(("failed", "recipient_removed"), (await office.RowsAsync()).Single(row => row.Recipient == removed) is var row ? (row.State, row.Error) : default);
        Assert.Equal("sent", (await office.RowsAsync()).Single(row => row.Recipient == other).State);
    }

    [Fact]
    public async Task A_request_that_the_provider_may_have_is_repeated_as_it_was_after_a_removal()
    {
        var (owner, agent, successor) = await TeamAsync();
        var (removed, other) = ($"{agent:N}@test.example", $"other-{successor:N}@test.example");
        await WriteAsync(owner.Organization, removed, other);
        await host.FaultAsync(new { provider = "resend", fault = "status", status = 500, after = true });
        await office.SendAsync();
        await host.ClearFaultsAsync();

        Assert.Equal(204, (await owner.DeleteAsync($"organization/users/{agent}?leadsTo={successor}")).Status);
        await office.PassWaitsAsync();
        await office.SendAsync();

        Assert.Equal((1, 1), (await office.ReceivedAsync(removed), await office.ReceivedAsync(other)));
        Assert.All(await office.RowsAsync(), row => Assert.Equal("sent", row.State));
    }

    async Task<(HostClient Owner, Guid Agent, Guid Successor)> TeamAsync()
    {
        var owner = await HostClient.RegisterAsync(host, sparkToken: null);
        Guid[] users = [Guid.CreateVersion7(), Guid.CreateVersion7()];
        foreach (var user in users)
        {
            await host.Database.ExecuteAsync(
                "insert into users (id, organization_id, email, name, role, password_hash) values (@user, @Id, @email, 'Agent', 'agent', '')",
                new { user, owner.Organization.Id, email = $"{user:N}@test.example" }, default);
        }
        return (owner, users[0], users[1]);
    }

    async Task WriteAsync(TestOrganization organization, params string[] recipients)
    {
        await office.WriteAsync(recipients);
        await host.Database.ExecuteAsync("update email_outbox set organization_id = @Id", new { organization.Id }, default);
    }
}
