using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>bcrypt by PostgreSQL's pgcrypto.</summary>
/// <param name="database">Where it runs; <see cref="PrepareAsync"/> first.</param>
/// <param name="cost">The binary logarithm of the rounds, 4–31; 12 in production.</param>
public sealed class PgcryptoPasswordHasher(Database database, int cost = PgcryptoPasswordHasher.DefaultCost) : IPasswordHasher
{
    public const int DefaultCost = 12;

    /// <summary>Makes sure that the extension is there. Call once at the start.</summary>
    /// <exception cref="SettingException">The server does not have pgcrypto, or the user may not create it.</exception>
    public static async Task PrepareAsync(Database database, CancellationToken cancel)
    {
        try
        {
            await database.ExecuteAsync("create extension if not exists pgcrypto", null, cancel);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateObject)
        {
            // Another instance created it in the same moment.
        }
        catch (PostgresException error)
        {
            throw new SettingException($"Passwords need PostgreSQL's extension pgcrypto, and it cannot be created: {error.MessageText}.");
        }
    }

    public async Task<string> HashAsync(string password, CancellationToken cancel) =>
        (await database.QueryFirstAsync<string>("select crypt(@password, gen_salt('bf', @cost))", new { password, cost }, cancel))!;

    public async Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancel)
    {
        // U+0000 cannot be sent, and is in no password.
        var text = password.Contains('\0', StringComparison.Ordinal) ? "" : password;
        // pgcrypto names the algorithm $2a$; $2b$ is its name elsewhere.
        var known = hash is ['$', '2', 'b', '$', ..] ? "$2a$" + hash[4..] : hash;
        var matches = await database.QueryFirstAsync<bool>(
            "select coalesce(crypt(@text, coalesce(@known, gen_salt('bf', @cost))) = @known, false)", new { text, known, cost }, cancel);
        return matches && known is not null && text.Length == password.Length;
    }
}
