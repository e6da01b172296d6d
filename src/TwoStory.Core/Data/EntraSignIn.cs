using Azure.Core;
using Azure.Identity;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>Signs in to Azure Database for PostgreSQL with tokens of Microsoft Entra ID instead of a password.</summary>
public static class EntraSignIn
{
    public const string Setting = "DATABASE_SIGN_IN";

    static readonly string[] Scopes = ["https://ossrdbms-aad.database.windows.net/.default"];

    // Tokens live for an hour or more. A connection needs one only while it opens.
    static readonly TimeSpan Renewal = TimeSpan.FromMinutes(30);
    static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    /// <exception cref="SettingException">The setting is neither <c>password</c> nor <c>entra</c>.</exception>
    public static bool IsOn(string? setting) => setting switch
    {
        null or "" or "password" => false,
        "entra" => true,
        _ => throw new SettingException($"{Setting} must be password or entra."),
    };

    /// <summary>Fetches a token before the first connection opens and keeps it fresh in the background.</summary>
    internal static void UseEntra(this NpgsqlDataSourceBuilder builder, TokenCredential? credential = null)
    {
        credential ??= new DefaultAzureCredential();
        builder.UsePeriodicPasswordProvider(
            async (_, cancel) => (await credential.GetTokenAsync(new TokenRequestContext(Scopes), cancel)).Token, Renewal, RetryDelay);
    }
}
