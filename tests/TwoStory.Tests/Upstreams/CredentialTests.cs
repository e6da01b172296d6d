using TwoStory.Core;
using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class CredentialTests(TemporaryPostgres postgres)
{
    static readonly SparkCredentials[] Kinds =
    [
        new BearerCredentials("secret-1"),
        new ClientCredentials("client", "secret-2"),
        new RefreshTokenCredentials("client", "secret-3", "secret-4"),
        new RefreshTokenCredentials("client", "secret-5", "secret-6", "secret-7", new DateTime(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc)),
    ];

    [Fact]
    public void Every_kind_of_credentials_comes_back_as_it_went()
    {
        foreach (var kind in Kinds) Assert.Equal(kind, SparkCredentials.FromSecret(kind.ToSecret()));
        Assert.Equal(new BearerCredentials("x"), SparkCredentials.FromSecret("""{"accessToken":"x","strategy":"bearer"}"""));
        Assert.Throws<UnreadableSecretException>(() => SparkCredentials.FromSecret("""{"strategy":"guess"}"""));
        Assert.Throws<UnreadableSecretException>(() => SparkCredentials.FromSecret("nothing"));
    }

    [Fact]
    public void Printing_credentials_shows_no_secret()
    {
        foreach (var kind in Kinds)
        {
            var account = new SparkAccount(Guid.Empty, kind, new Uri("https://sparkapi.com"), 25, 1500, false);
            var stored = new StoredSparkCredentials(kind, null, null, null, false);
            Assert.DoesNotContain("secret", $"{kind} {account} {stored} {new SparkConnection(kind, account.BaseUrl, 25, false)}", StringComparison.Ordinal);
        }
        Assert.DoesNotContain("secret", new AccessToken("secret", default).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Organizations_with_one_key_share_its_rate_limit_even_after_a_refresh()
    {
        var refresh = new RefreshTokenCredentials("client", "s", "one");
        Assert.Equal(refresh.Fingerprint, (refresh with { RefreshToken = "two", AccessToken = "three" }).Fingerprint);
        Assert.NotEqual(new BearerCredentials("one").Fingerprint, new BearerCredentials("two").Fingerprint);
    }

    [Fact]
    public void Credentials_that_cannot_travel_in_a_header_are_invalid()
    {
        var failure = Assert.Throws<ValidationException>(() => new ClientCredentials("a b", "line\nbreak").Validate());
        Assert.Equal(["clientId", "clientSecret"], failure.Errors.Keys.Order());
        Assert.DoesNotContain("break", failure.ToString(), StringComparison.Ordinal);
        Kinds[0].Validate();
    }

    [Fact]
    public async Task A_vault_gives_back_what_it_was_given_and_never_the_same_text_twice()
    {
        var vault = new AesCredentialVault(Upstream.EncryptionKey);
        var organization = Guid.CreateVersion7();
        foreach (var secret in new[] { "", "x", "ünïcödé 🔑", new string('s', 10_000) })
        {
            var reference = await vault.StoreAsync(organization, secret, default);
            Assert.Matches("^[0-9a-f]{24}:[0-9a-f]{32}:[0-9a-f]*$", reference);
            Assert.NotEqual(reference, await vault.StoreAsync(organization, secret, default));
            Assert.Equal(secret, await vault.ReadAsync(organization, reference, default));
        }
    }

    [Fact]
    public async Task A_vault_opens_nothing_that_was_touched_or_belongs_to_another()
    {
        var vault = new AesCredentialVault(Upstream.EncryptionKey);
        var organization = Guid.CreateVersion7();
        var reference = await vault.StoreAsync(organization, "secret", default);

        for (var at = 0; at < reference.Length; at++)
        {
            if (reference[at] == ':') continue;
            var touched = reference.Remove(at, 1).Insert(at, reference[at] == '0' ? "1" : "0");
            await Assert.ThrowsAsync<UnreadableSecretException>(() => vault.ReadAsync(organization, touched, default));
        }
        var parts = reference.Split(':');
        foreach (var broken in new[] { "", "::", "a", parts[0], $"{parts[0]}:{parts[1]}", $"{parts[0]}:{parts[1][..8]}:{parts[2]}", $"{parts[0][..4]}:{parts[1]}:{parts[2]}", $"{reference}:00" })
        {
            await Assert.ThrowsAsync<UnreadableSecretException>(() => vault.ReadAsync(organization, broken, default));
        }
        await Assert.ThrowsAsync<UnreadableSecretException>(() => vault.ReadAsync(Guid.CreateVersion7(), reference, default));
        await Assert.ThrowsAsync<UnreadableSecretException>(() => new AesCredentialVault(new string('a', 64)).ReadAsync(organization, reference, default));
    }

    [Fact]
    public async Task A_key_is_replaced_while_instances_with_the_old_and_the_new_one_run()
    {
        var (keyA, keyB, database) = (new string('a', 64), new string('b', 64), await postgres.NewDatabaseAsync());
        await using var old = new Upstream(database, ("ENCRYPTION_KEY", keyA), ("ENCRYPTION_KEYS_OLD", keyB));
        await using var both = new Upstream(database, ("ENCRYPTION_KEY", keyB), ("ENCRYPTION_KEYS_OLD", keyA));
        await using var only = new Upstream(database, ("ENCRYPTION_KEY", keyB));
        var (used, unused) = (await old.NewOrganizationAsync(), await old.NewOrganizationAsync());
        foreach (var organization in new[] { used, unused }) await old.Get<SparkCredentialStore>().SaveAsync(organization, Kinds[2], null, 25, null, default);
        // As it was stored before keys had names.
        await old.Database.ExecuteAsync("update organizations set spark_credentials_key = null where id = @unused", new { unused }, default);

        Assert.Equal("spark_credentials_unreadable", (await Assert.ThrowsAsync<UpstreamException>(() => only.Get<SparkAccounts>().LoadAsync(used, default))).Code);
        Assert.Equal(Kinds[2], (await both.Get<SparkAccounts>().LoadAsync(used, default)).Credentials);
        Assert.Equal(Kinds[2], (await only.Get<SparkAccounts>().LoadAsync(used, default)).Credentials);
        Assert.Equal(Kinds[2], (await old.Get<SparkAccounts>().LoadAsync(unused, default)).Credentials);

        Assert.Equal(new KeyReport(1, 0), await both.Get<KeyRotation>().SweepAsync(default));
        Assert.Contains(both.Logged, line => line.Contains("the keys in ENCRYPTION_KEYS_OLD can be removed", StringComparison.Ordinal));
        Assert.Equal(Kinds[2], (await only.Get<SparkAccounts>().LoadAsync(unused, default)).Credentials);
        Assert.Equal(new KeyReport(0, 0), await only.Get<KeyRotation>().SweepAsync(default));
        var stored = await only.Database.QueryAsync<string>("select distinct spark_credentials_key from organizations", null, default);
        Assert.Equal(both.Get<ICredentialVault>().KeyIds[0], Assert.Single(stored));
        Assert.DoesNotContain(both.Logged, line => line.Contains("bbbb", StringComparison.Ordinal) || line.Contains("aaaa", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sweep_with_the_wrong_key_reports_it_and_keeps_undecryptable_credentials()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var right = new Upstream(database);
        await using var wrong = new Upstream(database, ("ENCRYPTION_KEY", new string('c', 64)));
        var organization = await right.NewOrganizationAsync();
        await right.Get<SparkCredentialStore>().SaveAsync(organization, Kinds[0], null, null, null, default);

        Assert.Equal(new KeyReport(0, 1), await wrong.Get<KeyRotation>().SweepAsync(default));

        Assert.Contains(wrong.Logged, line => line.Contains("decrypts the Spark credentials of 1 organizations", StringComparison.Ordinal));
        Assert.Equal(Kinds[0], (await right.Get<SparkAccounts>().LoadAsync(organization, default)).Credentials);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("too-short-to-be-a-key")]
    [InlineData("zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")]
    public void A_bad_key_is_one_clear_line_that_does_not_repeat_it(string? key)
    {
        var failure = Assert.Throws<SettingException>(() => new AesCredentialVault(key));
        Assert.StartsWith("ENCRYPTION_KEY must be 64 hexadecimal digits", failure.Message, StringComparison.Ordinal);
        if (string.IsNullOrEmpty(key)) return;
        Assert.DoesNotContain(key, failure.Message, StringComparison.Ordinal);
        var old = Assert.Throws<SettingException>(() => new AesCredentialVault(Upstream.EncryptionKey, $"{Upstream.EncryptionKey}, {key}"));
        Assert.StartsWith("Each of ENCRYPTION_KEYS_OLD", old.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, old.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stored_credentials_are_ciphertext_and_load_with_their_settings()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        var organization = await upstream.NewOrganizationAsync();
        var store = upstream.Get<SparkCredentialStore>();
        Assert.Null(await store.LoadAsync(organization, default));
        Assert.Equal("spark_credentials_missing", (await Assert.ThrowsAsync<UpstreamException>(() => upstream.Get<SparkAccounts>().LoadAsync(organization, default))).Code);

        await store.SaveAsync(organization, Kinds[2], new Uri("https://replication.sparkapi.com/Version/3/Reso/OData"), 1000, 4000, default);

        var account = await upstream.Get<SparkAccounts>().LoadAsync(organization, default);
        Assert.Equal((Kinds[2], 1000, 4000, true), (account.Credentials, account.PageSize, account.RequestsPer5Minutes, account.PageSizeKnown));
        Assert.Equal("https://replication.sparkapi.com/Version/3/Reso/OData", account.BaseUrl.AbsoluteUri);
        var row = await upstream.Database.QueryFirstAsync<string>("select organizations::text from organizations where id = @organization", new { organization }, default);
        Assert.DoesNotContain("secret", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_and_unreadable_credentials_fail_before_any_request()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        var organization = await upstream.NewOrganizationAsync();
        var (store, accounts) = (upstream.Get<SparkCredentialStore>(), upstream.Get<SparkAccounts>());
        await store.SaveAsync(organization, Kinds[0], null, null, null, default);

        await store.MarkRefusedAsync(organization, default);
        Assert.Equal("spark_credentials_refused", (await Assert.ThrowsAsync<UpstreamException>(() => accounts.LoadAsync(organization, default))).Code);

        await store.SaveAsync(organization, Kinds[0], null, null, null, default);
        Assert.False((await accounts.LoadAsync(organization, default)).PageSizeKnown);

        await upstream.Database.ExecuteAsync("update organizations set spark_credentials = 'aa:bb:cc'", null, default);
        Assert.Equal("spark_credentials_unreadable", (await Assert.ThrowsAsync<UpstreamException>(() => accounts.LoadAsync(organization, default))).Code);
    }

    [Theory]
    [InlineData("https://sparkapi.com/Reso/OData", true)]
    [InlineData("https://replication.sparkapi.com/Version/3/Reso/OData", true)]
    [InlineData("https://mls.example.com/odata", true)]
    [InlineData("http://sparkapi.com/Reso/OData", false)]
    [InlineData("https://sparkapi.com.evil.example/Reso", false)]
    [InlineData("https://evilsparkapi.com/Reso", false)]
    [InlineData("https://sparkapi.com:8443/Reso", false)]
    [InlineData("https://user@sparkapi.com/Reso", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("http://localhost:5432/", false)]
    public async Task An_organization_cannot_point_this_server_at_any_host(string baseUrl, bool accepted)
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync(), ("Upstreams:Spark:AllowedHosts:0", "mls.example.com"));
        var accounts = upstream.Get<SparkAccounts>();

        if (accepted) Assert.Equal(baseUrl, accounts.New(Guid.Empty, Kinds[0], new Uri(baseUrl), null, null).BaseUrl.AbsoluteUri);
        else Assert.Equal(["baseUrl"], Assert.Throws<ValidationException>(() => accounts.New(Guid.Empty, Kinds[0], new Uri(baseUrl), null, null)).Errors.Keys);
    }
}
