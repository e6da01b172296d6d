using TwoStory.Core.Data;

namespace TwoStory.Tests.Upgrades;

/// <summary>The parts of a schema that a version relies on: columns, nullability, constraints, grants.</summary>
sealed record SchemaPromises(IReadOnlyList<SchemaColumn> Columns, IReadOnlyList<string> Rules, IReadOnlyList<string> Rights)
{
    public static async Task<SchemaPromises> ReadAsync(Database database) => new(
        await database.QueryAsync<SchemaColumn>(
            """
            select c.table_name::text as "table", c.column_name::text as name,
                format_type(a.atttypid, a.atttypmod) || case c.is_nullable when 'NO' then ' not null' else '' end as type,
                c.is_nullable = 'YES' or c.column_default is not null or c.is_generated = 'ALWAYS' as may_be_left_out
            from information_schema.columns c
            join pg_attribute a on a.attrelid = format('public.%I', c.table_name)::regclass and a.attname = c.column_name
            where c.table_schema = 'public'
            """, null, default),
        // Of each rule the table's columns that it is about.
        await database.QueryAsync<string>(
            """
            select conrelid::regclass || ': ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'p'
            union
            select indrelid::regclass || ': unique ' || regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') from pg_index
            where indisunique and not indisprimary and indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
            """, null, default),
        await database.QueryAsync<string>(
            """
            select table_name || ': ' || privilege_type from information_schema.table_privileges where grantee = 'twostory_tenant' and table_schema = 'public'
            union all
            select p.proname || ': ' || pg_get_function_identity_arguments(p.oid) from pg_proc p where pronamespace = 'public'::regnamespace
              and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
            """, null, default));

    /// <returns>The incompatibilities of the later schema with code written for this one.</returns>
    public IReadOnlyList<string> BrokenBy(SchemaPromises later)
    {
        var tables = Columns.Select(column => column.Table).ToHashSet();
        var known = later.Columns.ToDictionary(column => (column.Table, column.Name));
        var gone = Columns.Where(column => !known.TryGetValue((column.Table, column.Name), out var now) || now.Type != column.Type).Select(column => $"{column.Table}.{column.Name} is not as it was");
        var needed = later.Columns.Except(Columns).Where(column => tables.Contains(column.Table) && !column.MayBeLeftOut && Columns.All(old => (old.Table, old.Name) != (column.Table, column.Name)))
            .Select(column => $"{column.Table}.{column.Name} must be given");
        var stricter = later.Rules.Except(Rules).Where(rule => tables.Contains(rule.Split(':')[0])).Select(rule => $"a new rule: {rule}");
        return [.. gone, .. needed, .. stricter, .. Rights.Except(later.Rights).Select(right => $"no more: {right}")];
    }
}

sealed record SchemaColumn(string Table, string Name, string Type, bool MayBeLeftOut);
