using System.Collections.Concurrent;

namespace TwoStory.Core.Providers.Spark;

/// <summary>The access token to send for an account, fetched and renewed as its strategy asks.</summary>
public sealed class SparkTokenSource(SparkTokenClient grants, SparkCredentialStore store, TimeProvider time)
{
    readonly ConcurrentDictionary<string, Held> held = new();

    sealed class Held
    {
        public SemaphoreSlim OneAtATime { get; } = new(1);

        public AccessToken? Token { get; set; }
    }

    /// <returns>A token that should still be good for a while.</returns>
    internal Task<string> GetAsync(SparkAccount account, CancellationToken cancel) => TokenAsync(account, null, cancel);

    /// <param name="refused">The token that the provider called expired.</param>
    /// <returns>Another one, or null when the strategy has no other.</returns>
    internal async Task<string?> RenewAsync(SparkAccount account, string refused, CancellationToken cancel) =>
        account.Credentials is BearerCredentials ? null : await TokenAsync(account, refused, cancel);

    /// <summary>For credentials that are not stored yet: signs in with them as they are.</summary>
    /// <returns>The token, and the credentials to store, since a refresh token is used up by this.</returns>
    internal async Task<(string Token, SparkCredentials Credentials)> IssueAsync(SparkAccount account, CancellationToken cancel)
    {
        switch (account.Credentials)
        {
            case BearerCredentials bearer:
                return (bearer.AccessToken, bearer);
            case ClientCredentials client:
                return ((await grants.IssueAsync(account, client, cancel)).Value, client);
            case RefreshTokenCredentials refresh:
                var renewed = await grants.ExchangeAsync(account, refresh, cancel);
                return (renewed.AccessToken!, renewed);
            default:
                throw new InvalidOperationException($"No way to sign in with {account.Credentials.GetType().Name}.");
        }
    }

    async Task<string> TokenAsync(SparkAccount account, string? refused, CancellationToken cancel)
    {
        if (account.Credentials is BearerCredentials bearer) return bearer.AccessToken;
        // Client credentials belong to whoever holds them; a refresh token to one organization, which may replace it at any time.
        var slot = held.GetOrAdd($"{account.OrganizationId} {account.Credentials.Fingerprint}", _ => new Held());
        await slot.OneAtATime.WaitAsync(cancel);
        try
        {
            if (slot.Token is { } token && IsGood(token.Value, token.RenewAt, refused)) return token.Value;
            slot.Token = account.Credentials switch
            {
                ClientCredentials client => await grants.IssueAsync(account, client, cancel),
                RefreshTokenCredentials => await RotateAsync(account, refused, cancel),
                _ => throw new InvalidOperationException($"No way to sign in with {account.Credentials.GetType().Name}."),
            };
            return slot.Token.Value;
        }
        finally
        {
            slot.OneAtATime.Release();
        }
    }

    async Task<AccessToken> RotateAsync(SparkAccount account, string? refused, CancellationToken cancel)
    {
        var renewed = await store.RotateAsync(account.OrganizationId,
            stored => IsGood(stored.AccessToken, stored.RenewAt, refused),
            stored => grants.ExchangeAsync(account, stored, cancel), cancel);
        return new AccessToken(renewed.AccessToken!, renewed.RenewAt!.Value);
    }

    bool IsGood(string? token, DateTime? renewAt, string? refused) =>
        token is not null && token != refused && renewAt > time.GetUtcNow().UtcDateTime;
}
