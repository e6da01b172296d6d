namespace TwoStory.Core.Data;

/// <summary>Stops the start on a database that does not isolate organizations.</summary>
public static class TenancyCheck
{
    /// <exception cref="SettingException">The database does not isolate organizations; the message says why.</exception>
    public static async Task RequireAsync(Database database, CancellationToken cancel)
    {
        var role = await database.QueryFirstAsync<string>(
            """
            select case
                when r.oid is null then 'the role twostory_tenant does not exist'
                when r.rolsuper or r.rolbypassrls then 'the role twostory_tenant may bypass row-level security'
                when not pg_has_role(current_user, r.oid, 'member') then 'the user ' || current_user || ' may not become twostory_tenant'
                else '' end
            from (select 1) one left join pg_roles r on r.rolname = 'twostory_tenant'
            """, null, cancel);
        if (role is not "") throw NotIsolated(role!);

        var open = await database.QueryAsync<string>(
            """
            select c.relname::text
            from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
              and (c.relname = 'organizations' or exists (
                    select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
              and (not c.relrowsecurity
                   or not exists (select from pg_policy p where p.polrelid = c.oid and 'twostory_tenant'::regrole = any (p.polroles))
                   or pg_get_userbyid(c.relowner) = 'twostory_tenant')
            order by 1
            """, null, cancel);
        if (open.Count > 0) throw NotIsolated($"no tenancy policy protects {string.Join(", ", open)}");
    }

    static SettingException NotIsolated(string reason) =>
        new($"This database does not isolate organizations: {reason}. Run the migrations as a user that may create roles, and do not change the policies.");
}
