using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>Registers the vault for Spark credentials: the Key Vault that <c>KEY_VAULT_URI</c> names, otherwise encryption in the database.</summary>
static class SecretsSetup
{
    public const string Setting = "KEY_VAULT_URI";

    /// <exception cref="SettingException"><c>KEY_VAULT_URI</c> is not an address, or without it <c>ENCRYPTION_KEY</c> is missing or wrong.</exception>
    public static IServiceCollection AddSecrets(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } address)
        {
            return services.AddSingleton<ICredentialVault>(new AesCredentialVault(configuration["ENCRYPTION_KEY"], configuration["ENCRYPTION_KEYS_OLD"]));
        }
        var isAddress = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;
        Core.Setting.Require(isAddress, Setting, "must be the vault's address, such as https://example.vault.azure.net");
        return services.AddSingleton<ICredentialVault>(provider => new KeyVaultCredentialVault(
            new Lazy<SecretClient>(() => new SecretClient(uri, new DefaultAzureCredential(), ClientOptions())),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KeyVaultCredentialVault>>()));
    }

    // A user waits for the response; jobs try again later.
    static SecretClientOptions ClientOptions() => new() { Retry = { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromSeconds(3) } };
}
