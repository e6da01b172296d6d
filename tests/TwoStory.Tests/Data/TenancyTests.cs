using Npgsql;
using TwoStory.Core;
using TwoStory.Core.Data;

namespace TwoStory.Tests.Data;

public sealed class TenancyTests(MigratedDatabase migrated) : IClassFixture<MigratedDatabase>
{
    readonly Database database = migrated.Database;

    [Fact]
    public async Task A_query_that_forgets_its_filter_sees_nothing_foreign_in_any_table()
    {
        var (mine, theirs) = (await TenantWithRowsAsync("mine"), await TenantWithRowsAsync("theirs"));
        var tables = await TenantTablesAsync();
        Assert.True(tables.Count > 10);
        foreach (var (table, column) in tables)
        {
            var foreign = await database.QueryFirstAsync<long>($"select count(*) from {table} where {column} = @theirs", new { theirs }, default);
            var own = await database.Tenant(mine).QueryFirstAsync<long>($"select count(*) from {table}", null, default);
            var seen = await database.Tenant(mine).QueryFirstAsync<long>($"select count(*) from {table} where {column} = @theirs", new { theirs }, default);
            Assert.True(foreign > 0, $"{table} has no row to hide");
            Assert.True(own > 0 && seen == 0, $"{table}: {own} own and {seen} foreign rows seen");
        }
    }

    [Fact]
    public async Task A_statement_that_forgets_its_filter_changes_and_adds_nothing_foreign()
    {
        var (mine, theirs) = (await TenantWithRowsAsync("mine"), await TenantWithRowsAsync("theirs"));
        foreach (var (table, column) in await TenantTablesAsync())
        {
            await database.Tenant(mine).TransactAsync(async transaction =>
            {
                await transaction.ExecuteAsync("savepoint before_it");
                // The audit log takes no deletion at all; see below.
                if (table != "audit_events") Assert.True(await transaction.ExecuteAsync($"delete from {table} where {column} = @theirs", new { theirs }) == 0, table);
                var moved = await Assert.ThrowsAsync<PostgresException>(() => transaction.ExecuteAsync($"update {table} set {column} = @theirs", new { theirs }));
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, moved.SqlState);
                await transaction.ExecuteAsync("rollback to before_it");
                return 0;
            }, default);
        }
    }

    [Theory]
    [InlineData("delete from audit_events where organization_id = @organizationId")]
    [InlineData("update audit_events set user_id = null where organization_id = @organizationId")]
    public async Task Tenants_cannot_change_their_own_audit_log(string statement)
    {
        var mine = await TenantWithRowsAsync("mine");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Tenant(mine).ExecuteAsync(statement, null, default));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task A_row_cannot_refer_to_another_organization_s()
    {
        var (mine, theirs) = (await TenantWithRowsAsync("mine"), await TenantWithRowsAsync("theirs"));
        var error = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(
            """
            insert into leads (id, organization_id, owner_id, name, alerts_since)
            select gen_random_uuid(), @mine, id, 'Stolen', '2026-01-01' from users where organization_id = @theirs
            """, new { mine, theirs }, default));

        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, error.SqlState);
    }

    [Fact]
    public async Task The_role_falls_back_with_its_statement()
    {
        var mine = await TenantWithRowsAsync("mine");
        await using var one = Database.Open(migrated.ConnectionString, maxConnections: 1);
        Assert.Equal("twostory_tenant", await one.Tenant(mine).QueryFirstAsync<string>("select current_user::text", null, default));
        Assert.NotEqual("twostory_tenant", await one.QueryFirstAsync<string>("select current_user::text", null, default));
        Assert.Equal("", await one.QueryFirstAsync<string>("select coalesce(current_setting('app.organization_id', true), '')", null, default));
    }

    [Theory]
    [InlineData("create table gaps (organization_id uuid)", "gaps")]
    [InlineData("drop policy tenant on leads", "leads")]
    [InlineData("alter table users disable row level security", "users")]
    [InlineData("alter table job_runs owner to twostory_tenant", "job_runs")]
    public async Task A_database_that_would_not_keep_organizations_apart_is_refused(string change, string table)
    {
        await using var open = Database.Open(await MigratedDatabase.CopyAsync());
        await TenancyCheck.RequireAsync(open, default);
        await open.ExecuteAsync(change, null, default);

        var refused = await Assert.ThrowsAsync<SettingException>(() => TenancyCheck.RequireAsync(open, default));

        Assert.Contains(table, refused.Message, StringComparison.Ordinal);
    }

    async Task<IReadOnlyList<(string Table, string Column)>> TenantTablesAsync() => await database.QueryAsync<(string, string)>(
        """
        select c.relname::text, case c.relname when 'organizations' then 'id' else 'organization_id' end
        from pg_class c join pg_policy p on p.polrelid = c.oid where p.polname = 'tenant' order by 1
        """, null, default);

    // One row of everything that belongs to an organization.
    async Task<Guid> TenantWithRowsAsync(string name)
    {
        var (organization, user, lead, run) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await database.ExecuteAsync(
            """
            insert into organizations (id, name, time_zone) values (@organization, @name, 'UTC');
            insert into users (id, organization_id, email, name, role, password_hash) values (@user, @organization, @user || '@example.com', @name, 'owner', '');
            insert into refresh_tokens (id, organization_id, user_id, family_id, token_hash, expires_at) values (@user, @organization, @user, @user, uuid_send(@user), now());
            insert into invitations (id, organization_id, email, role, token_hash, invited_by, expires_at) values (@user, @organization, 'a@b.co', 'agent', uuid_send(@user), @user, now());
            insert into password_resets (id, organization_id, user_id, token_hash, expires_at) values (@user, @organization, @user, uuid_send(@user), now());
            insert into leads (id, organization_id, owner_id, name, alerts_since) values (@lead, @organization, @user, @name, '2026-01-01');
            insert into job_runs (id, organization_id, kind, instance_id) values (@run, @organization, 'nearby-sales', @run);
            insert into job_batches (run_id, organization_id, ordinal, phase, work) values (@run, @organization, 1, 1, '{}');
            insert into nearby_sales (id, organization_id, lead_id, listing_key, sale_key, closed_from, closed_to, latitude, longitude, close_date, distance_miles)
            values (@run, @organization, @lead, '1', '1', '2026-01-01', '2026-01-01', 1, 1, '2026-01-01', 1);
            insert into property_values (id, organization_id, lead_id, source, as_of, value) values (@run, @organization, @lead, 'rentcast', '2026-01-01', 1);
            insert into valuations (lead_id, organization_id, outcome, checked_on) values (@lead, @organization, 'valued', '2026-01-01');
            insert into lead_comparables (lead_id, organization_id, home, as_of) values (@lead, @organization, '1', '2026-01-01');
            insert into notifications (id, organization_id, user_id, lead_id, kind, cause, title, body, evidence)
            values (@run, @organization, @user, @lead, 'nearby_sale', '1', '', '', '{}');
            insert into email_outbox (id, organization_id, recipient, template, payload, dedupe_key) values (@run, @organization, 'a@b.co', '', '', '1');
            insert into idempotency_keys (organization_id, user_id, key, request_hash, resource_id) values (@organization, @user, '1', '', @run);
            insert into audit_events (id, organization_id, action, ip_address, request_id) values (@run, @organization, 'signed_in', '', '');
            insert into api_usage (organization_id, provider, operation, day) values (@organization, 'spark', 'search', '2026-01-01');
            insert into usage_budgets (organization_id, provider, month) values (@organization, 'spark', '2026-01-01');
            insert into geocode_answers (organization_id, address_hash, location_precision, provider, found_at)
            values (@organization, '1', 'none', 'census', now());
            """, new { organization, user, lead, run, name }, default);
        return organization;
    }
}
