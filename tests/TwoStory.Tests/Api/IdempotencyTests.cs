namespace TwoStory.Tests.Api;

public sealed class IdempotencyTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Fifty_posts_at_once_with_one_key_make_one_lead_and_answer_alike()
    {
        var owner = await host.RegisterOwnerAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync(owner, "key-1", new { name = "Ann", latitude = 1, longitude = 1 })));

        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers.Select(answer => answer.Json.GetRawText()).Distinct());
        Assert.Single(answers.Select(answer => answer.Headers.Location).Distinct());
        Assert.Single(answers.Select(answer => answer.Headers.ETag).Distinct());
        Assert.Equal(49, answers.Count(answer => answer.Headers.Contains("Idempotency-Replayed")));
        Assert.Single((await owner.GetAsync("leads")).Items);
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused_and_the_same_body_spelled_otherwise_is_not()
    {
        var owner = await host.RegisterOwnerAsync();
        Assert.Equal(201, (await PostAsync(owner, "key", """{"name":"Ann","latitude":1,"longitude":1}""")).Status);

        var other = await PostAsync(owner, "key", """{"name":"Bob","latitude":1,"longitude":1}""");
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
        Assert.Equal(422, (await owner.SendAsync("POST", "jobs/nearby-sales", null, ("Idempotency-Key", "key"))).Status);
        Assert.Equal(201, (await PostAsync(owner, "key", """{ "longitude": 1, "latitude": 1, "name": "Ann" }""")).Status);
    }

    [Fact]
    public async Task A_refused_request_can_be_mended_under_its_key_and_keys_are_each_user_s_own()
    {
        var owner = await host.RegisterOwnerAsync();
        var stranger = await host.RegisterOwnerAsync();
        Assert.Equal(400, (await PostAsync(owner, "key", new { name = "" })).Status);
        Assert.Equal(201, (await PostAsync(owner, "key", new { name = "Ann" })).Status);
        Assert.Equal(201, (await PostAsync(stranger, "key", new { name = "Bob" })).Status);
        Assert.Equal(400, (await PostAsync(owner, "no spaces", new { name = "Ann" })).Status);
    }

    [Fact]
    public async Task A_request_that_was_cut_off_after_it_made_the_lead_makes_it_once()
    {
        var owner = await host.RegisterOwnerAsync();
        var made = await PostAsync(owner, "key", new { name = "Ann", email = "ann@example.com" });
        // As a process leaves it that dies between making the lead and writing the answer down.
        await host.Database.ExecuteAsync(
            "update idempotency_keys set response_status = null, claimed_at = now() - interval '2 minutes' where user_id = @UserId", new { owner.UserId }, default);

        var again = await PostAsync(owner, "key", new { name = "Ann", email = "ann@example.com" });

        Assert.Equal((201, made.Text("id")), (again.Status, again.Text("id")));
        Assert.Single((await owner.GetAsync("leads")).Items);
    }

    static Task<Answer> PostAsync(ApiClient client, string key, object body) => client.SendAsync("POST", "leads", body, ("Idempotency-Key", key));
}
