using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>
/// The role <c>twostory_app</c>, which hosts work as. It owns no table, so it cannot change a policy. A deployment's host logs in as a
/// member of it; a host whose login owns the database enters it when it connects.
/// </summary>
public static class HostRole
{
    public const string Name = "twostory_app";

    /// <summary>The same database, entered as this role. The connection must be direct: transaction poolers refuse the option.</summary>
    /// <param name="connectionString">For Npgsql, as a member of the role.</param>
    public static string Enter(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c role={Name}".Trim();
        // The reset would also leave the role. Nothing here sets anything for longer than a transaction.
        builder.NoResetOnClose = true;
        return builder.ConnectionString;
    }

    /// <summary>Refuses a host that works as somebody who may pass by row-level security or change it.</summary>
    /// <exception cref="SettingException">The user owns tables, is a superuser, or is no member of the role.</exception>
    public static async Task RequireAsync(Database database, CancellationToken cancel)
    {
        var fault = await database.QueryFirstAsync<string>(
            """
            select case
                when r.rolsuper then 'is a superuser'
                when r.rolbypassrls then 'may bypass row-level security'
                when not pg_has_role(r.oid, 'twostory_app', 'usage') then 'is not a member of twostory_app'
                when exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and pg_has_role(r.oid, c.relowner, 'member'))
                    then 'owns the tables'
                else '' end
            from pg_roles r where r.rolname = current_user
            """, null, cancel);
        if (fault is not "")
        {
            throw new SettingException(
                $"The database user of DATABASE_URL {fault}. Run the app as another user than the one who migrates; TwoStory.Migrate makes one, named by RUNTIME_USER.");
        }
    }
}
