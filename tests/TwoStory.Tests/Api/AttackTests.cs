using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

/// <summary>Attacks on sessions are refused, and those on an account are recorded for its owner.</summary>
public sealed class AttackTests(ApiHost host) : IClassFixture<ApiHost>, IAsyncLifetime
{
    // The attempts of one test must not throttle the next.
    public Task InitializeAsync() => host.Database.ExecuteAsync("delete from rate_limits", null, default);

    public Task DisposeAsync()
    {
        host.Clock.Ahead = TimeSpan.Zero;
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Forged_tokens_are_refused()
    {
        var owner = await host.RegisterOwnerAsync();
        var stranger = await host.RegisterOwnerAsync();
        var forger = new JwtForger(owner.AccessToken, host.Clock);
        var secret = JwtForger.SecretOf(host);
        var key = Encoding.UTF8.GetBytes(secret);
        var own = RandomNumberGenerator.GetBytes(32);
        using var rsa = RSA.Create(2048);
        Action<JsonObject> same = _ => { };
        var forged = new Dictionary<string, string>
        {
            ["none"] = forger.Unsigned(),
            ["none, spelled otherwise"] = forger.Write(header => header["alg"] = "nOnE", same, _ => []),
            ["none, with the real signature"] = forger.Write(header => header["alg"] = "none", same, _ => forger.Signature),
            ["no algorithm"] = forger.Write(header => header.Remove("alg"), same, content => HMACSHA256.HashData(key, content)),
            ["no signature"] = forger.Write(same, same, _ => []),
            ["half a signature"] = forger.Write(same, same, content => HMACSHA256.HashData(key, content)[..16]),
            ["HS384 with the right key"] = forger.Write(header => header["alg"] = "HS384", same, content => HMACSHA384.HashData(key, content)),
            ["HS512 with the right key"] = forger.Write(header => header["alg"] = "HS512", same, content => HMACSHA512.HashData(key, content)),
            ["RS256 with a key of one's own"] = forger.Write(
                header => header["alg"] = "RS256", same, content => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            ["a key that it brings itself"] = forger.Write(
                header => header["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = Base64Url.EncodeToString(own) }, same, content => HMACSHA256.HashData(own, content)),
            ["an empty key"] = forger.Write(""),
            ["a short key"] = forger.Write("secret"),
            ["another key"] = forger.SignedWithAnotherKey(),
            ["the real signature under another user"] = forger.Write(same, claims => claims["userId"] = stranger.UserId.ToString(), _ => forger.Signature),
            ["another issuer"] = forger.Write(secret, claims => claims["iss"] = "elsewhere"),
            ["no issuer"] = forger.Write(secret, claims => claims.Remove("iss")),
            ["another audience"] = forger.Write(secret, claims => claims["aud"] = "elsewhere"),
            ["no audience"] = forger.Write(secret, claims => claims.Remove("aud")),
            ["no end"] = forger.Write(secret, claims => claims.Remove("exp")),
            ["a beginning beyond any skew of clocks"] = forger.Write(secret, claims => claims["nbf"] = forger.In(TimeSpan.FromMinutes(2))),
            ["no session"] = forger.Write(secret, claims => claims.Remove("sid")),
        };

        var taken = new List<string>();
        foreach (var (name, token) in forged)
        {
            var answer = await owner.WithToken(token).GetAsync("auth/me");
            if (answer.Status != 401 || answer.Code is not ("invalid_token" or "token_expired")) taken.Add(name);
        }
        Assert.Empty(taken);
        // The encoding by the forger itself does not make a token invalid.
        Assert.Equal(200, (await owner.WithToken(forger.Write(secret)).GetAsync("auth/me")).Status);
        Assert.Equal(200, (await owner.WithToken(forger.Write(secret, claims => claims["nbf"] = forger.In(TimeSpan.FromSeconds(30)))).GetAsync("auth/me")).Status);
        // The organization in a token is the user's own or none.
        var foreign = forger.Write(secret, claims => claims["organizationId"] = stranger.OrganizationId.ToString());
        Assert.Equal((401, "session_ended"), StatusAndCode(await owner.WithToken(foreign).GetAsync("auth/me")));
    }

    [Fact]
    public async Task A_stolen_refresh_token_ends_the_session_of_thief_and_owner_when_both_have_used_it()
    {
        var owner = await host.RegisterOwnerAsync();
        var desk = await host.SignInAsync(owner.Email);
        var thief = desk.As((await RefreshAsync(desk.RefreshToken)).Json);
        Assert.Equal(200, (await thief.GetAsync("auth/me")).Status);
        host.Clock.Ahead = TimeSpan.FromSeconds(30);

        var refused = await RefreshAsync(desk.RefreshToken);

        Assert.Equal((401, "session_ended"), StatusAndCode(refused));
        Assert.Equal((401, "session_ended"), StatusAndCode(await thief.GetAsync("auth/me")));
        Assert.Equal((401, "session_ended"), StatusAndCode(await RefreshAsync(thief.RefreshToken)));
        var reused = Assert.Single((await owner.GetAsync("organization/audit?action=refresh_token_reused")).Items);
        Assert.Equal((owner.UserId, "127.0.0.1"), (reused.GetProperty("userId").GetGuid(), reused.GetProperty("ipAddress").GetString()));
        Assert.Equal(refused.Headers.GetValues("X-Request-Id").Single(), reused.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Guessing_a_password_is_stopped_and_written_down_without_filling_the_log()
    {
        var owner = await host.RegisterOwnerAsync();
        var guesses = new List<Answer>();
        for (var guess = 0; guess < 16; guess++) guesses.Add(await SignInAsync(owner.Email, $"guess {guess}"));

        Assert.Equal((10, 6), (guesses.Count(answer => answer.Status == 401), guesses.Count(answer => answer.Status == 429)));
        Assert.All(guesses.Skip(10), answer => Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero));
        // Not even with the right password, or a guess would be known to be right.
        Assert.Equal(429, (await SignInAsync(owner.Email, ApiClient.Password)).Status);
        Assert.Equal(10, (await owner.GetAsync("organization/audit?action=sign_in_failed")).Items.Count);
        Assert.Equal("sign-in-email", Assert.Single((await owner.GetAsync("organization/audit?action=attempts_throttled")).Items).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Guessing_any_kind_of_link_is_throttled_per_network_address()
    {
        var answers = new List<Answer>();
        for (var guess = 0; guess < 32; guess++)
        {
            var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            answers.Add(guess % 2 == 0
                ? await host.Anonymous().PostAsync("auth/reset-password", new { token, password = ApiClient.Password })
                : await host.Anonymous().PostAsync("auth/accept-invite", new { token, name = "Guess", password = ApiClient.Password }));
        }

        Assert.Equal(Enumerable.Repeat(404, 30).Concat([429, 429]), answers.Select(answer => answer.Status));
        Assert.True(answers[^1].Headers.RetryAfter!.Delta > TimeSpan.Zero);
        // An event without an account is visible to the operator and not to an owner.
        var address = Assert.Single(await host.Database.QueryAsync<string>(
            "select ip_address from audit_events where organization_id is null and action = 'attempts_throttled' and detail = 'link-address'", null, default));
        Assert.Equal("127.0.0.1", address);
    }

    [Fact]
    public async Task Repeated_reset_links_for_one_user_are_throttled_and_recorded_in_the_audit_log()
    {
        var owner = await host.RegisterOwnerAsync();
        for (var sent = 0; sent < 7; sent++) await host.Anonymous().PostAsync("auth/forgot-password", new { email = owner.Email });

        Assert.Equal(5, (await owner.GetAsync("organization/audit?action=password_forgotten")).Items.Count);
        Assert.Equal("forgot-email", Assert.Single((await owner.GetAsync("organization/audit?action=attempts_throttled")).Items).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_unknown_address_costs_what_a_wrong_password_costs()
    {
        var owner = await host.RegisterOwnerAsync();
        using var sql = new SqlRecorder();
        var (known, unknown) = (await SignInAsync(owner.Email, "a wrong one"), await SignInAsync(ApiHost.Unique("unknown"), "a wrong one"));

        Assert.Equal((known.Status, known.Code, known.Text("detail")), (unknown.Status, unknown.Code, unknown.Text("detail")));
        Assert.NotEmpty(sql.For(unknown));
        Assert.Equal(sql.For(known), sql.For(unknown));
    }

    // bcrypt refuses this cost, so only a verification that computes a hash with it can fail.
    [Fact]
    public async Task A_password_of_an_unknown_address_is_hashed_at_the_cost_of_a_known_one() =>
        await Assert.ThrowsAnyAsync<Exception>(() => new PasswordHasher(cost: 99).VerifyAsync("a wrong one", hash: null, default));

    static (int, string) StatusAndCode(Answer answer) => (answer.Status, answer.Code);

    Task<Answer> RefreshAsync(string refreshToken) => host.Anonymous().PostAsync("auth/refresh", new { refreshToken });

    Task<Answer> SignInAsync(string email, string password) => host.Anonymous().PostAsync("auth/login", new { email, password });
}
