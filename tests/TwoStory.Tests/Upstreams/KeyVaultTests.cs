using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using TwoStory.Core;
using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

/// <summary>The vault's adapter, through the real SDK and HTTPS, against a vault that speaks its wire format.</summary>
public sealed class KeyVaultTests : IAsyncLifetime
{
    static readonly Guid Organization = Guid.CreateVersion7();

    static readonly string Name = $"t-{Organization:N}-spark";

    KeyVaultStandIn vault = null!;

    public async Task InitializeAsync() => vault = await KeyVaultStandIn.StartAsync();

    public async Task DisposeAsync() => await vault.DisposeAsync();

    KeyVaultCredentialVault Adapter() => new(new Lazy<SecretClient>(vault.Client), new EagerTime(), NullLogger<KeyVaultCredentialVault>.Instance);

    [Fact]
    public async Task A_stored_secret_is_readable_by_another_instance_and_its_reference_contains_no_secret()
    {
        var reference = await Adapter().StoreAsync(Organization, """{"accessToken":"sim-idx"}""", default);

        Assert.StartsWith(Name + "/", reference, StringComparison.Ordinal);
        Assert.DoesNotContain("sim-idx", reference, StringComparison.Ordinal);
        Assert.Equal("""{"accessToken":"sim-idx"}""", await Adapter().ReadAsync(Organization, reference, default));
    }

    [Fact]
    public async Task A_vault_that_cannot_be_reached_is_a_provider_that_is_away()
    {
        var reference = await Adapter().StoreAsync(Organization, "secret", default);
        var client = vault.Client();
        var reader = new KeyVaultCredentialVault(new Lazy<SecretClient>(client), TimeProvider.System, NullLogger<KeyVaultCredentialVault>.Instance);
        await vault.DisposeAsync();

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => reader.ReadAsync(Organization, reference, default));

        Assert.Equal((UpstreamFailure.Unavailable, "keyvault_unavailable"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task A_reference_still_names_its_version_after_the_secret_is_replaced()
    {
        var first = await Adapter().StoreAsync(Organization, "first", default);
        var second = await Adapter().StoreAsync(Organization, "second", default);

        Assert.Equal("first", await Adapter().ReadAsync(Organization, first, default));
        Assert.Equal("second", await Adapter().ReadAsync(Organization, second, default));
    }

    [Fact]
    public async Task A_secret_is_fetched_once_and_then_cached()
    {
        var reference = await Adapter().StoreAsync(Organization, "secret", default);
        var reader = Adapter();
        await reader.ReadAsync(Organization, reference, default);
        vault.Requests.Clear();

        for (var reads = 0; reads < 20; reads++) await reader.ReadAsync(Organization, reference, default);

        Assert.Empty(vault.Requests);
    }

    [Fact]
    public async Task Another_organization_cannot_open_the_reference()
    {
        var reference = await Adapter().StoreAsync(Organization, "secret", default);

        await Assert.ThrowsAsync<UnreadableSecretException>(() => Adapter().ReadAsync(Guid.CreateVersion7(), reference, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-slash")]
    [InlineData("0011:2233:4455")]
    [InlineData("a/b/c")]
    public async Task A_reference_of_another_kind_is_unreadable(string reference) =>
        await Assert.ThrowsAsync<UnreadableSecretException>(() => Adapter().ReadAsync(Organization, reference, default));

    [Fact]
    public async Task A_version_that_is_gone_is_unreadable() =>
        await Assert.ThrowsAsync<UnreadableSecretException>(() => Adapter().ReadAsync(Organization, $"{Name}/{Guid.NewGuid():N}", default));

    [Fact]
    public async Task A_deleted_secret_is_recovered_and_written_although_its_name_is_not_free_at_once()
    {
        await Adapter().StoreAsync(Organization, "before", default);
        vault.Delete(Name);

        var reference = await Adapter().StoreAsync(Organization, "after", default);

        Assert.Equal("after", await Adapter().ReadAsync(Organization, reference, default));
        Assert.Single(vault.Requests, request => request == $"POST /deletedsecrets/{Name}/recover");
    }

    [Fact]
    public async Task Of_many_versions_the_newest_five_stay_enabled()
    {
        var references = new List<string>();
        for (var number = 0; number < 9; number++) references.Add(await Adapter().StoreAsync(Organization, $"{number}", default));

        Assert.Equal([false, false, false, false, true, true, true, true, true], vault.EnabledVersions(Name));
        await Assert.ThrowsAsync<UnreadableSecretException>(() => Adapter().ReadAsync(Organization, references[0], default));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(403)]
    public async Task An_unavailable_vault_is_retried_later(int status)
    {
        vault.Outage = status;

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => Adapter().ReadAsync(Organization, $"{Name}/{Guid.NewGuid():N}", default));

        Assert.Equal((UpstreamFailure.Unavailable, "keyvault_unavailable"), (failure.Kind, failure.Code));
    }

    [Fact]
    public void Nothing_touches_the_vault_at_the_start()
    {
        using var services = Services(new Uri("https://no-such-vault.invalid").AbsoluteUri);

        Assert.IsType<KeyVaultCredentialVault>(services.GetRequiredService<ICredentialVault>());
    }

    [Theory]
    [InlineData("http://vault.example.com")]
    [InlineData("vault")]
    public void An_address_that_is_none_stops_the_start(string uri) =>
        Assert.Contains(SecretsSetup.Setting, Assert.Throws<SettingException>(() => Services(uri)).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_vault_the_database_keeps_ciphertext()
    {
        using var services = Services("");

        Assert.IsType<AesCredentialVault>(services.GetRequiredService<ICredentialVault>());
    }

    static ServiceProvider Services(string uri)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [SecretsSetup.Setting] = uri,
            ["ENCRYPTION_KEY"] = Upstream.EncryptionKey,
        }).Build();
        return new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSecrets(configuration).BuildServiceProvider();
    }

    // Waits take no time here.
    sealed class EagerTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : dueTime, period);
    }
}
