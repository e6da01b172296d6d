namespace TwoStory.Tests.Api;

public sealed class HealthTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Health_is_open_and_a_dead_database_is_503_everywhere_until_it_is_back()
    {
        var owner = await host.RegisterOwnerAsync();
        var healthy = await host.Anonymous().GetAsync("health");
        Assert.Equal((200, "ok"), (healthy.Status, healthy.Text("database")));

        await host.SetDatabaseOpenAsync(false);
        foreach (var answer in new[] { await host.Anonymous().GetAsync("health"), await owner.GetAsync("leads"), await owner.PostAsync("auth/login", new { email = "a@b.co", password = "x" }) })
        {
            Assert.Equal((503, "database_unavailable"), (answer.Status, answer.Code));
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        await host.SetDatabaseOpenAsync(true);
        Assert.Equal(200, (await host.Anonymous().GetAsync("health")).Status);
        Assert.Equal(200, (await owner.GetAsync("leads")).Status);
    }
}
