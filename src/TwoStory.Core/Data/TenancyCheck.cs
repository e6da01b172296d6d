namespace TwoStory.Core.Data;

/// <summary>Stops the start on a database that does not isolate organizations.</summary>
public static class TenancyCheck
{
    /// <exception cref="SettingException">The database does not isolate organizations; the message says why.</exception>
    public static async Task RequireAsync(Database database, CancellationToken cancel)
    {
        var role = await database.QueryFirstAsync<string>(
            """
            select coalesce(max(case
                when r.oid is null then 'the role ' || name || ' does not exist'
                when r.rolsuper or r.rolbypassrls then 'the role ' || name || ' may bypass row-level security'
                when not pg_has_role(session_user, r.oid, 'member') then 'the user ' || session_user || ' may not become ' || name
                end), '')
            from unnest(array['twostory_tenant', 'twostory_app']) name left join pg_roles r on r.rolname = name
            """, null, cancel);
        if (role is not "") throw NotIsolated(role!);

        var open = await database.QueryAsync<string>(
            """
            select c.relname::text
            from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
              and (c.relname = 'organizations' or exists (
                    select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
              and (not c.relrowsecurity or not c.relforcerowsecurity
                   or not exists (select from pg_policy p where p.polrelid = c.oid and 'twostory_tenant'::regrole = any (p.polroles))
                   or pg_get_userbyid(c.relowner) in ('twostory_tenant', 'twostory_app'))
            order by 1
            """, null, cancel);
        if (open.Count > 0) throw NotIsolated($"no tenancy policy protects {string.Join(", ", open)}");

        var closed = await database.QueryAsync<string>(
            """
            select c.relname::text from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not has_table_privilege('twostory_app', c.oid, 'select')
            order by 1
            """, null, cancel);
        if (closed.Count > 0) throw NotIsolated($"the role twostory_app may not use {string.Join(", ", closed)}");
    }

    static SettingException NotIsolated(string reason) =>
        new($"This database does not isolate organizations: {reason}. Run the migrations as a user that may create roles, and do not change the policies.");
}
