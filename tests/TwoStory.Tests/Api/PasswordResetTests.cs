using System.Text.RegularExpressions;

namespace TwoStory.Tests.Api;

public sealed partial class PasswordResetTests(ApiHost host) : IClassFixture<ApiHost>
{
    const string Next = "another password";

    [Fact]
    public async Task A_link_sets_a_new_password_once_and_ends_every_session_at_once()
    {
        var desk = await host.RegisterOwnerAsync();
        var phone = await host.SignInAsync(desk.Email);
        await ForgetAsync(desk.Email.ToUpperInvariant());
        var other = await LinkAsync(desk.Email);
        await ForgetAsync(desk.Email);
        var token = await LinkAsync(desk.Email);

        Assert.Equal(400, (await ResetAsync(token, "short")).Status);
        Assert.Equal(200, (await phone.GetAsync("auth/me")).Status);
        Assert.Equal(204, (await ResetAsync(token, Next)).Status);

        foreach (var session in new[] { desk, phone })
        {
            Assert.Equal((401, "session_ended"), StatusAndCode(await session.GetAsync("auth/me")));
            Assert.Equal(401, (await session.PostAsync("auth/refresh", new { refreshToken = session.RefreshToken })).Status);
        }
        Assert.Equal((404, "password_reset_not_found"), StatusAndCode(await ResetAsync(token, "a third password")));
        Assert.Equal((404, "password_reset_not_found"), StatusAndCode(await ResetAsync(other, "a third password")));
        Assert.Equal(401, (await host.Anonymous().PostAsync("auth/login", new { email = desk.Email, password = ApiClient.Password })).Status);
        await host.SignInAsync(desk.Email, Next);
    }

    [Fact]
    public async Task One_of_many_concurrent_uses_of_a_link_sets_the_password()
    {
        var owner = await host.RegisterOwnerAsync();
        await ForgetAsync(owner.Email);
        var token = await LinkAsync(owner.Email);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => ResetAsync(token, $"{Next} {number}")));

        Assert.Single(answers, answer => answer.Status == 204);
    }

    [Fact]
    public async Task A_link_ends_after_an_hour_and_with_a_changed_password()
    {
        var (late, changed) = (await host.RegisterOwnerAsync(), await host.RegisterOwnerAsync());
        await ForgetAsync(late.Email);
        await ForgetAsync(changed.Email);
        await changed.PostAsync("auth/change-password", new { currentPassword = ApiClient.Password, newPassword = Next });
        Assert.Equal(404, (await ResetAsync(await LinkAsync(changed.Email), "a third password")).Status);

        host.Clock.Ahead = TimeSpan.FromMinutes(61);
        Assert.Equal(404, (await ResetAsync(await LinkAsync(late.Email), Next)).Status);
        host.Clock.Ahead = TimeSpan.FromMinutes(59);
        Assert.Equal(204, (await ResetAsync(await LinkAsync(late.Email), Next)).Status);
        host.Clock.Ahead = TimeSpan.Zero;
    }

    [Fact]
    public async Task A_known_and_an_unknown_address_get_the_same_answer_for_the_same_work()
    {
        using var sql = new SqlRecorder();
        var owner = await host.RegisterOwnerAsync();
        var unknownEmail = ApiHost.Unique("unknown");
        var (known, unknown) = (await ForgetAsync(owner.Email), await ForgetAsync(unknownEmail));

        Assert.Equal((202, 202), (known.Status, unknown.Status));
        Assert.Equal(known.Json.ValueKind, unknown.Json.ValueKind);
        Assert.NotEmpty(sql.For(known));
        Assert.Equal(sql.For(known), sql.For(unknown));
        Assert.Equal(1, await MailsAsync(owner.Email));
        Assert.Equal(0, await MailsAsync(unknownEmail));
    }

    [Fact]
    public async Task Repeated_link_requests_are_throttled_equally_for_known_and_unknown_addresses()
    {
        foreach (var email in new[] { (await host.RegisterOwnerAsync()).Email, ApiHost.Unique("unknown") })
        {
            for (var sent = 0; sent < 5; sent++) Assert.Equal(202, (await ForgetAsync(email)).Status);
            var stopped = await ForgetAsync(email);
            Assert.Equal((429, "too_many_attempts"), StatusAndCode(stopped));
            Assert.True(stopped.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        }
    }

    [Theory]
    [InlineData("auth/forgot-password", """{"email":"invalid"}""", "email")]
    [InlineData("auth/reset-password", """{"password":"0123456789"}""", "token")]
    [InlineData("auth/reset-password", """{"token":"x"}""", "password")]
    public async Task Missing_fields_are_named(string path, string body, string field)
    {
        var answer = await host.Anonymous().PostAsync(path, body);

        Assert.Equal((400, "validation_failed"), StatusAndCode(answer));
        Assert.Equal(field, Assert.Single(answer["errors"].EnumerateObject()).Name);
    }

    Task<Answer> ForgetAsync(string email) => host.Anonymous().PostAsync("auth/forgot-password", new { email });

    Task<Answer> ResetAsync(string token, string password) => host.Anonymous().PostAsync("auth/reset-password", new { token, password });

    static (int, string) StatusAndCode(Answer answer) => (answer.Status, answer.Code);

    Task<long> MailsAsync(string email) => host.Database.QueryFirstAsync<long>("select count(*) from email_outbox where recipient = @email", new { email }, default);

    // From the newest mail, as its reader has it.
    async Task<string> LinkAsync(string email)
    {
        var payload = await host.Database.QueryFirstAsync<string>(
            "select payload from email_outbox where recipient = @email order by id desc limit 1", new { email }, default);
        return Link().Match(payload!).Groups[1].Value;
    }

    [GeneratedRegex(@"https://app\.example\.com/reset-password\?token=([\w-]{43})")]
    private static partial Regex Link();
}
