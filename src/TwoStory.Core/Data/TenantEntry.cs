using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>The session that an access token names. The first command of its request checks it; until then it is only a claim.</summary>
/// <param name="FamilyId">The family of refresh tokens.</param>
/// <param name="Version">The session version of the user.</param>
/// <param name="Role">The claimed role, as it is stored.</param>
public sealed record UncheckedSession(Guid OrganizationId, Guid UserId, Guid FamilyId, int Version, string Role)
{
    /// <summary>True once a command has succeeded, and with it the check.</summary>
    public bool IsChecked { get; internal set; }
}

/// <summary>The session has ended, its user is paused, or the user has another role than the token claims. Nothing was read or written.</summary>
public sealed class SessionRefusedException(Exception inner) : Exception("The session is not the claimed one.", inner);

/// <summary>The statement that enters a tenant, which is the first of every tenant command.</summary>
static class TenantEntry
{
    const string Enter = "select set_config('role', 'twostory_tenant', true), set_config('app.organization_id', @organization, true);\n";
    const string EnterSession = "select enter_session(@organizationId, @sessionUser, @sessionFamily, @sessionVersion, @sessionRole);\n";

    // Of the function enter_session: ended, paused, another role.
    static readonly HashSet<string> Refusals = ["TS401", "TS403", "TS409"];

    /// <summary>Adds the parameters of the statement, which it returns.</summary>
    public static string Add(DynamicParameters parameters, Guid organizationId, UncheckedSession? session)
    {
        if (session is not { IsChecked: false })
        {
            parameters.Add("organization", organizationId.ToString());
            return Enter;
        }
        parameters.Add("sessionUser", session.UserId);
        parameters.Add("sessionFamily", session.FamilyId);
        parameters.Add("sessionVersion", session.Version);
        parameters.Add("sessionRole", session.Role);
        return EnterSession;
    }

    public static NpgsqlBatchCommand BatchCommand(Guid organizationId, UncheckedSession? session) => session is { IsChecked: false }
        ? new("select enter_session($1, $2, $3, $4, $5)")
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = organizationId },
                new NpgsqlParameter<Guid> { TypedValue = session.UserId },
                new NpgsqlParameter<Guid> { TypedValue = session.FamilyId },
                new NpgsqlParameter<int> { TypedValue = session.Version },
                new NpgsqlParameter<string> { TypedValue = session.Role },
            },
        }
        : new("select set_config('role', 'twostory_tenant', true), set_config('app.organization_id', $1, true)")
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = organizationId.ToString() } },
        };

    /// <exception cref="SessionRefusedException">The command did not run, because its session is not the claimed one.</exception>
    public static async Task<T> CheckAsync<T>(UncheckedSession? session, Func<Task<T>> command)
    {
        try
        {
            var result = await command();
            if (session is not null) session.IsChecked = true;
            return result;
        }
        catch (PostgresException refused) when (Refusals.Contains(refused.SqlState))
        {
            throw new SessionRefusedException(refused);
        }
    }
}
