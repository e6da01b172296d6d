using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

public sealed class SessionTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Registering_creates_an_organization_and_signs_in_its_owner()
    {
        var email = ApiHost.Unique("ann");
        var answer = await host.Anonymous().PostAsync("auth/register", new { organizationName = " Harbor ", name = "Ann", email, password = "0123456789" });

        Assert.Equal(201, answer.Status);
        Assert.Equal("owner", answer["user"].GetProperty("role").GetString());
        Assert.Equal("Harbor", answer["organization"].GetProperty("name").GetString());
        var me = await host.Anonymous().As(answer.Json).GetAsync("auth/me");
        Assert.Equal(200, me.Status);
        Assert.Equal(email, me.Text("email"));
        Assert.Equal(answer["organization"].GetProperty("id").GetGuid(), me["organizationId"].GetGuid());
        Assert.Equal(answer["user"].GetProperty("createdAt").GetDateTime(), me["createdAt"].GetDateTime());
    }

    [Fact]
    public async Task An_address_registers_once_in_any_case()
    {
        var owner = await host.RegisterOwnerAsync();
        var again = await host.Anonymous().PostAsync(
            "auth/register", new { organizationName = "Other", name = "Other", email = owner.Email.ToUpperInvariant(), password = ApiClient.Password });

        Assert.Equal((409, "email_taken"), (again.Status, again.Code));
        var organizations = await host.Database.QueryFirstAsync<long>("select count(*) from organizations o where not exists (select from users u where u.organization_id = o.id)", null, default);
        Assert.Equal(0, organizations);
    }

    [Theory]
    [InlineData("short", "password")]
    [InlineData("päßwör", "password")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789abc", "password")]
    public async Task A_password_of_the_wrong_length_is_refused_by_its_field(string password, string field)
    {
        var answer = await host.Anonymous().PostAsync(
            "auth/register", new { organizationName = "A", name = "B", email = ApiHost.Unique("x"), password });

        Assert.Equal((400, "validation_failed"), (answer.Status, answer.Code));
        Assert.True(answer["errors"].TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Registering_names_every_wrong_field_at_once()
    {
        var answer = await host.Anonymous().PostAsync("auth/register", new { email = "invalid", timeZone = "Mars/Olympus" });

        Assert.Equal(400, answer.Status);
        Assert.Equal(["email", "name", "organizationName", "password", "timeZone"], answer["errors"].EnumerateObject().Select(field => field.Name).Order());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_answer_the_same()
    {
        var owner = await host.RegisterOwnerAsync();
        var wrong = await host.Anonymous().PostAsync("auth/login", new { email = owner.Email, password = "not the password" });
        var unknown = await host.Anonymous().PostAsync("auth/login", new { email = ApiHost.Unique("unknown"), password = "not the password" });

        Assert.Equal((401, "wrong_credentials"), (wrong.Status, wrong.Code));
        Assert.Equal((wrong.Status, wrong.Code, wrong.Text("detail")), (unknown.Status, unknown.Code, unknown.Text("detail")));
    }

    [Fact]
    public async Task Signing_in_takes_the_address_in_any_case() =>
        Assert.Equal(200, (await (await host.SignInAsync((await host.RegisterOwnerAsync()).Email.ToUpperInvariant())).GetAsync("auth/me")).Status);

    [Fact]
    public async Task Guessing_passwords_is_stopped_and_signing_in_is_not_counted()
    {
        var owner = await host.RegisterOwnerAsync();
        for (var i = 0; i < 15; i++) await host.SignInAsync(owner.Email);
        var guesses = new List<Answer>();
        for (var i = 0; i < 15; i++) guesses.Add(await host.Anonymous().PostAsync("auth/login", new { email = owner.Email, password = $"guess {i}" }));

        Assert.Equal(10, guesses.Count(guess => guess.Status == 401));
        Assert.Equal((429, "too_many_attempts"), (guesses[^1].Status, guesses[^1].Code));
        Assert.True(guesses[^1].Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_refresh_token_is_replaced_on_use_and_its_reuse_ends_the_session()
    {
        var first = await host.RegisterOwnerAsync();
        var second = await RefreshAsync(first);
        var third = await RefreshAsync(second);
        Assert.Equal(200, (await third.GetAsync("auth/me")).Status);

        var stolen = await first.PostAsync("auth/refresh", new { refreshToken = first.RefreshToken });

        Assert.Equal((401, "session_ended"), (stolen.Status, stolen.Code));
        Assert.Equal(401, (await third.PostAsync("auth/refresh", new { refreshToken = third.RefreshToken })).Status);
        Assert.Equal((401, "session_ended"), StatusAndCode(await third.GetAsync("auth/me")));
    }

    [Fact]
    public async Task Two_tabs_may_refresh_at_once()
    {
        var owner = await host.RegisterOwnerAsync();
        var tabs = await Task.WhenAll(RefreshAsync(owner), RefreshAsync(owner));

        foreach (var tab in tabs) Assert.Equal(200, (await (await RefreshAsync(tab)).GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task Logging_out_ends_this_session_at_once_and_no_other()
    {
        var desk = await host.RegisterOwnerAsync();
        var phone = await host.SignInAsync(desk.Email);

        Assert.Equal(204, (await desk.PostAsync("auth/logout")).Status);

        Assert.Equal((401, "session_ended"), StatusAndCode(await desk.GetAsync("auth/me")));
        Assert.Equal(401, (await desk.PostAsync("auth/refresh", new { refreshToken = desk.RefreshToken })).Status);
        Assert.Equal(200, (await phone.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task Logging_out_by_the_refresh_token_alone_ends_the_session()
    {
        var owner = await host.RegisterOwnerAsync();

        Assert.Equal(204, (await host.Anonymous().PostAsync("auth/logout", new { refreshToken = owner.RefreshToken })).Status);
        Assert.Equal(401, (await owner.GetAsync("auth/me")).Status);
        Assert.Equal(401, (await host.Anonymous().PostAsync("auth/logout")).Status);
    }

    [Fact]
    public async Task A_removed_user_and_a_changed_role_act_at_once()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        Assert.Equal((403, "role_required"), StatusAndCode(await agent.GetAsync("jobs")));

        await host.Database.ExecuteAsync("update users set role = 'admin' where id = @UserId", new { agent.UserId }, default);
        Assert.Equal(200, (await agent.GetAsync("jobs")).Status);

        await host.Database.ExecuteAsync("delete from users where id = @UserId", new { agent.UserId }, default);
        Assert.Equal((401, "session_ended"), StatusAndCode(await agent.GetAsync("auth/me")));
    }

    [Fact]
    public async Task Tokens_expire_and_forged_ones_are_refused()
    {
        var owner = await host.RegisterOwnerAsync();
        var forger = new JwtForger(owner.AccessToken, host.Clock);

        Assert.Equal((401, "invalid_token"), StatusAndCode(await owner.WithToken(forger.SignedWithAnotherKey()).GetAsync("auth/me")));
        Assert.Equal((401, "invalid_token"), StatusAndCode(await owner.WithToken(forger.Unsigned()).GetAsync("auth/me")));
        Assert.Equal((401, "invalid_token"), StatusAndCode(await owner.WithToken("not.a.token").GetAsync("auth/me")));
        Assert.Equal((401, "token_expired"), StatusAndCode(await owner.WithToken(forger.Expired(host)).GetAsync("auth/me")));
        Assert.Equal((401, "authentication_required"), StatusAndCode(await host.Anonymous().GetAsync("auth/me")));
    }

    [Theory]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U", true)]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U", true)]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*V", false)]
    [InlineData(null, "U*U", false)]
    public async Task Hashes_of_other_bcrypt_libraries_verify(string? hash, string password, bool expected) =>
        Assert.Equal(expected, await new PasswordHasher().VerifyAsync(password, hash, default));

    [Fact]
    public async Task A_password_of_which_bcrypt_reads_only_a_part_neither_verifies_nor_is_hashed()
    {
        var (whole, hasher) = (new string('x', 72), new PasswordHasher(cost: 4));
        var hash = await hasher.HashAsync(whole, default);

        Assert.StartsWith("$2a$12$", await new PasswordHasher().HashAsync(whole, default), StringComparison.Ordinal);
        Assert.True(await hasher.VerifyAsync(whole, hash, default));
        Assert.False(await hasher.VerifyAsync(whole + "y", hash, default));
        Assert.False(await hasher.VerifyAsync(whole + "\0", hash, default));
        await Assert.ThrowsAsync<ArgumentException>(() => hasher.HashAsync(whole + "y", default));
    }

    static (int, string) StatusAndCode(Answer answer) => (answer.Status, answer.Code);

    async Task<ApiClient> RefreshAsync(ApiClient client)
    {
        var answer = await host.Anonymous().PostAsync("auth/refresh", new { refreshToken = client.RefreshToken });
        Assert.Equal(200, answer.Status);
        return client.As(answer.Json);
    }
}
