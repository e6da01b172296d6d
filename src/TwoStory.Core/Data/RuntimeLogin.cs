using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>The user that hosts log in as: a member of the two roles that the product works as, owner of nothing.</summary>
/// <param name="owner">The migrated database, as the user who owns the tables.</param>
/// <param name="user">Its name on the server.</param>
public sealed class RuntimeLogin(Database owner, string user)
{
    readonly string quoted = new NpgsqlCommandBuilder().QuoteIdentifier(user);

    /// <summary>Creates the user or replaces its password, and makes it a member of the roles.</summary>
    public async Task EnsureAsync(string password)
    {
        await owner.ExecuteAsync($"{(await ExistsAsync() ? "alter" : "create")} role {quoted} login password '{ScramVerifier.Create(password)}'", null, default);
        await GrantAsync();
    }

    /// <summary>Lets an identity of Microsoft Entra ID in that has this name, and makes it a member of the roles.</summary>
    /// <param name="objectId">The identity's own id; names are not unique.</param>
    /// <param name="postgres">The server's database <c>postgres</c>, where Azure keeps its function, as an Entra administrator.</param>
    public async Task EnsureEntraAsync(Guid objectId, Database postgres)
    {
        // Neither an administrator nor one who must sign in with a second factor.
        const string Create = "select pgaadauth_create_principal_with_oid(@user, @id, 'service', false, false)";
        if (!await ExistsAsync()) await postgres.ExecuteAsync(Create, new { user, id = objectId.ToString() }, default);
        await GrantAsync();
    }

    Task<bool> ExistsAsync() => owner.QueryFirstAsync<bool>("select exists (select from pg_roles where rolname = @user)", new { user }, default);

    Task GrantAsync() => owner.ExecuteAsync($"grant {HostRole.Name}, twostory_tenant to {quoted}", null, default);
}
