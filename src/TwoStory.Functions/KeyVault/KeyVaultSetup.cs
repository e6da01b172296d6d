using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Core;
using TwoStory.Core.Credentials;

namespace TwoStory.Functions.KeyVault;

/// <summary>Keeps Spark credentials in the vault that <c>KEY_VAULT_URI</c> names; without it Core encrypts them in the database.</summary>
static class KeyVaultSetup
{
    public const string Setting = "KEY_VAULT_URI";

    /// <summary>Call before Core is added: Core leaves a vault that is there.</summary>
    /// <exception cref="SettingException">The setting is no address of a vault.</exception>
    public static IServiceCollection AddKeyVault(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration[Setting])) return services;
        if (!Uri.TryCreate(configuration[Setting], UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new SettingException($"{Setting} must be the vault's address, such as https://example.vault.azure.net.");
        }
        return services.AddSingleton<ICredentialVault>(provider => new KeyVaultCredentialVault(
            new Lazy<SecretClient>(() => new SecretClient(uri, new DefaultAzureCredential())),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KeyVaultCredentialVault>>()));
    }
}
