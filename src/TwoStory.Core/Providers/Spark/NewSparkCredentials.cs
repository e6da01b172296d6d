using System.Text;

namespace TwoStory.Core.Providers.Spark;

/// <summary>How credentials sign in.</summary>
public enum SparkStrategy
{
    Bearer,
    ClientCredentials,
    RefreshToken,
}

/// <summary>Spark credentials as an owner enters them. Printing them shows no secret.</summary>
/// <param name="AccessToken">With strategy bearer.</param>
/// <param name="ClientId">With strategies client_credentials and refresh_token, as is <paramref name="ClientSecret"/>; both may be left out where the product has a client of its own.</param>
/// <param name="RefreshToken">With strategy refresh_token.</param>
/// <param name="BaseUrl">Of the RESO Web API; default: found out.</param>
/// <param name="PageSize">Rows a page, 1–1000; default: found out.</param>
/// <param name="RequestsPer5Minutes">What the key allows; default: the product's setting.</param>
public sealed record NewSparkCredentials(
    SparkStrategy? Strategy, string? AccessToken = null, string? ClientId = null, string? ClientSecret = null, string? RefreshToken = null,
    Uri? BaseUrl = null, int? PageSize = null, int? RequestsPer5Minutes = null)
{
    /// <param name="productHasClient">Whether a client may be left out.</param>
    /// <exception cref="ValidationException">A field is missing, or is not of this strategy.</exception>
    internal SparkCredentials Credentials(bool productHasClient)
    {
        var errors = new FieldErrors();
        errors.AddIf(Strategy is null, "strategy", "must be one of bearer, client_credentials, refresh_token.");
        errors.ThrowIfAny();
        Field(errors, "accessToken", AccessToken, isWanted: Strategy is SparkStrategy.Bearer);
        if (Strategy is SparkStrategy.Bearer || !productHasClient || ClientId is not null || ClientSecret is not null)
        {
            Field(errors, "clientId", ClientId, isWanted: Strategy is not SparkStrategy.Bearer);
            Field(errors, "clientSecret", ClientSecret, isWanted: Strategy is not SparkStrategy.Bearer);
        }
        Field(errors, "refreshToken", RefreshToken, isWanted: Strategy is SparkStrategy.RefreshToken);
        errors.ThrowIfAny();
        return Strategy switch
        {
            SparkStrategy.Bearer => new BearerCredentials(AccessToken!),
            SparkStrategy.ClientCredentials => new ClientCredentials(ClientId, ClientSecret),
            _ => new RefreshTokenCredentials(ClientId, ClientSecret, RefreshToken!),
        };
    }

    void Field(FieldErrors errors, string name, string? value, bool isWanted)
    {
        errors.AddIf(isWanted && string.IsNullOrWhiteSpace(value), name, "is required.");
        errors.AddIf(!isWanted && value is not null, name, $"does not belong to the strategy {WireName.From(Strategy!.Value)}.");
    }

    bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(Strategy)).Append(" = ").Append(Strategy);
        return true;
    }
}
