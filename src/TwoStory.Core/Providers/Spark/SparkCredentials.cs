using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TwoStory.Core.Providers.Secrets;

namespace TwoStory.Core.Providers.Spark;

/// <summary>An organization's credentials for its MLS; the JSON property <c>strategy</c> names the kind. Printing them shows no secret.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "strategy")]
[JsonDerivedType(typeof(BearerCredentials), "bearer")]
[JsonDerivedType(typeof(ClientCredentials), "client_credentials")]
[JsonDerivedType(typeof(RefreshTokenCredentials), "refresh_token")]
public abstract record SparkCredentials
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    static readonly string[] AsGiven = ["Enter it as the MLS gave it: one word without spaces."];

    /// <summary>A hash of what the provider counts requests by: organizations that use the same key share its rate limit.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Identity)))[..24];

    private protected abstract string Identity { get; }

    private protected abstract IEnumerable<(string Field, string? Value)> Fields();

    /// <exception cref="ValidationException">A field is missing or cannot be sent in a header.</exception>
    public void Validate()
    {
        var errors = Fields().Where(field => !Setting.IsHeaderValue(field.Value) || field.Value!.Length > 4096)
            .ToDictionary(field => field.Field, _ => AsGiven);
        if (errors.Count > 0) throw new ValidationException(errors);
    }

    /// <summary>The text for the vault, with the secrets.</summary>
    public string ToSecret() => JsonSerializer.Serialize(this, Format);

    /// <exception cref="UnreadableSecretException">The text is not credentials.</exception>
    public static SparkCredentials FromSecret(string secret)
    {
        try
        {
            return JsonSerializer.Deserialize<SparkCredentials>(secret, Format) ?? throw new UnreadableSecretException();
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            // The cause would quote the text.
            throw new UnreadableSecretException();
        }
    }

    // All organizations that use the product's client share its rate limit.
    private protected static string ClientIdentity(string? clientId) => clientId is null ? "the product's client" : $"client {clientId}";

    private protected static (string Field, string? Value)[] ClientFields(string? clientId, string? clientSecret) =>
        clientId is null && clientSecret is null ? [] : [("clientId", clientId), ("clientSecret", clientSecret)];

    protected virtual bool PrintMembers(StringBuilder builder) => false;
}

/// <summary>A long-lived access token, as Spark issues with a key.</summary>
public sealed record BearerCredentials(string AccessToken) : SparkCredentials
{
    private protected override string Identity => $"bearer {AccessToken}";

    private protected override IEnumerable<(string Field, string? Value)> Fields() => [("accessToken", AccessToken)];

    protected override bool PrintMembers(StringBuilder builder) => false;
}

/// <summary>OAuth client credentials.</summary>
/// <param name="ClientId">Null, like <paramref name="ClientSecret"/>, for the product's own client, which the configuration names.</param>
public sealed record ClientCredentials(string? ClientId, string? ClientSecret) : SparkCredentials
{
    private protected override string Identity => ClientIdentity(ClientId);

    private protected override IEnumerable<(string Field, string? Value)> Fields() => ClientFields(ClientId, ClientSecret);

    protected override bool PrintMembers(StringBuilder builder) => false;
}

/// <summary>OAuth with a refresh token that each use replaces. The access token is stored with it, for all processes.</summary>
/// <param name="ClientId">Null, like <paramref name="ClientSecret"/>, for the product's own client.</param>
/// <param name="RenewAt">The time to fetch the next access token, UTC; null without one.</param>
public sealed record RefreshTokenCredentials(
    string? ClientId, string? ClientSecret, string RefreshToken, string? AccessToken = null, DateTime? RenewAt = null) : SparkCredentials
{
    private protected override string Identity => ClientIdentity(ClientId);

    private protected override IEnumerable<(string Field, string? Value)> Fields() => [.. ClientFields(ClientId, ClientSecret), ("refreshToken", RefreshToken)];

    protected override bool PrintMembers(StringBuilder builder) => false;
}
