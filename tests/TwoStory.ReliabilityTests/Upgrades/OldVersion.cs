using TwoStory.Core.Data;
using TwoStory.Tests.Local;

namespace TwoStory.Tests.Upgrades;

/// <summary>
/// The version that shipped with the ninth migration, as far as the database sees it: its statements, in its words, prepared and kept
/// over the migration as its connections were. Half of the leads that it adds are deleted again.
/// </summary>
sealed class OldVersion(Database database, Guid organizationId, Guid userId)
{
    public const int Migrations = 9;

    readonly TenantDatabase tenant = database.Tenant(organizationId);
    int rounds;
    int kept;

    public int Rounds => Volatile.Read(ref rounds);

    public int Kept => Volatile.Read(ref kept);

    /// <summary>Its schema, with organizations, users with passwords, leads, sales, alerts, mail and usage.</summary>
    public static async Task<IReadOnlyList<(Guid Organization, Guid User)>> FillAsync(string connectionString, int organizations, int leadsEach, string passwordHash)
    {
        await OldSchema.MakeAsync(connectionString, Migrations);
        await using var database = Database.Open(connectionString, maxConnections: 2);
        var made = Enumerable.Range(0, organizations).Select(_ => (Organization: Guid.CreateVersion7(), User: Guid.CreateVersion7())).ToList();
        foreach (var (organization, user) in made)
        {
            await database.ExecuteAsync(
                """
                insert into organizations (id, name, time_zone) values (@organization, 'Old Realty', 'America/Los_Angeles');
                insert into users (id, organization_id, email, name, role, password_hash) values (@user, @organization, @user || '@old.example', 'Olive', 'owner', @passwordHash);
                insert into leads (id, organization_id, owner_id, name, email, latitude, longitude, location_precision, alerts_since, notify_nearby_sales, notify_value_changes)
                select gen_random_uuid(), @organization, @user, 'Lead ' || n, 'lead' || n || '@clients.example', 47.6, -122.3, 'rooftop', '2026-01-01', n % 3 > 0, n % 3 > 1
                from generate_series(1, @leadsEach) n;
                insert into nearby_sales (id, organization_id, lead_id, listing_key, sale_key, latitude, longitude, close_date, distance_miles, closed_from, closed_to, decision, decided_at)
                select gen_random_uuid(), @organization, id, 'key', 'sale', 47.6, -122.3, current_date - 2, 0.1, current_date - 7, current_date, 'sold_nearby', now() from leads where organization_id = @organization;
                insert into notifications (id, organization_id, user_id, lead_id, kind, cause, listing_key, title, body, evidence)
                select gen_random_uuid(), @organization, @user, id, 'nearby_sale', id || ':sale', 'key', 'Sold', 'A home was sold.', '{}' from leads where organization_id = @organization;
                insert into email_outbox (id, organization_id, recipient, template, payload, dedupe_key, state, sent_at) values (gen_random_uuid(), @organization, 'o@old.example', 'nearby_sales', '{}', 'first', 'sent', now());
                insert into api_usage (organization_id, provider, operation, day, calls, failures) values (@organization, 'rentcast', 'value', current_date, 40, 2);
                """, new { organization, user, passwordHash, leadsEach }, default);
        }
        return made;
    }

    public async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await EditLeadsAsync(keep: Rounds % 2 == 0);
            await SignInAsync();
            await RunJobAsync();
            Interlocked.Increment(ref rounds);
        }
    }

    async Task EditLeadsAsync(bool keep)
    {
        var id = Guid.CreateVersion7();
        await tenant.TransactAsync(
            transaction => transaction.QueryFirstAsync<Guid>(
                """
                insert into leads (
                    id, organization_id, owner_id, name, email, phone, street, unit, city, state, postal_code, home_key, latitude, longitude,
                    location_precision, property_type, bedrooms, bathrooms, square_feet, temperature, notify_nearby_sales, notify_value_changes,
                    radius_miles, alerts_since, notes)
                values (
                    @id, @organizationId, @userId, 'Kept', @email, null, '1 Main Street', null, 'Seattle', 'WA', '98103', @email, 47.6, -122.3,
                    'manual', null, 3, 2, 1800, 'warm', true, true, null, '2026-01-01', null)
                on conflict (id) do update set id = excluded.id
                returning id
                """, new { id, organizationId, userId, email = $"{id:N}@clients.example" }), default);
        var changed = await tenant.ExecuteAsync(
            "update leads set notify_nearby_sales = not notify_nearby_sales, notify_value_changes = false, notes = 'x', version = version + 1, updated_at = now() where organization_id = @organizationId and id = @id",
            new { id }, default);
        var listed = await tenant.QueryAsync<Guid>(
            "select id from leads where organization_id = @organizationId order by created_at desc, id desc limit 21", null, default);
        Assert.Equal((1, true), (changed, listed.Count > 0));
        if (keep) Interlocked.Increment(ref kept);
        else Assert.Equal(1, await tenant.ExecuteAsync("delete from leads where organization_id = @organizationId and id = @id", new { id }, default));
    }

    async Task SignInAsync()
    {
        var (id, family) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await database.ExecuteAsync(
            "insert into refresh_tokens (id, organization_id, user_id, family_id, token_hash, expires_at) values (@id, @organizationId, @userId, @family, uuid_send(@id), now() + interval '1 day')",
            new { id, organizationId, userId, family }, default);
        var found = await tenant.QueryFirstAsync<Guid>(
            """
            select u.id from users u where u.organization_id = @organizationId and u.id = @userId and u.session_version = 1
              and exists (select from refresh_tokens t where t.organization_id = @organizationId and t.user_id = u.id and t.family_id = @family and t.revoked_at is null)
            """, new { userId, family }, default);
        Assert.Equal(userId, found);
        await tenant.ExecuteAsync("update organizations set name = 'Old Realty', version = version + 1, updated_at = now() where id = @organizationId", null, default);
    }

    async Task RunJobAsync()
    {
        var (run, lead) = (Guid.CreateVersion7(), await tenant.QueryFirstAsync<Guid>("select id from leads where organization_id = @organizationId order by id limit 1", null, default));
        await tenant.ExecuteAsync(
            """
            insert into api_usage (organization_id, provider, operation, day, calls, unsettled) values (@organizationId, 'spark', 'listings', current_date, 1, 1)
            on conflict (organization_id, provider, operation, day) do update set calls = api_usage.calls + 1, unsettled = api_usage.unsettled + 1
            """, null, default);
        await tenant.TransactAsync(
            transaction => transaction.ExecuteAsync(
                """
                insert into job_runs (id, organization_id, kind, instance_id, state, finished_at) values (@run, @organizationId, 'nearby-sales', @run::text, 'completed', now()) on conflict do nothing;
                insert into notifications (id, organization_id, user_id, lead_id, kind, cause, title, body, evidence, run_id)
                values (@run, @organizationId, @userId, @lead, 'value_change', @run::text, 'T', 'B', '{}', @run) on conflict do nothing;
                insert into email_outbox (id, organization_id, recipient, template, payload, dedupe_key) values (@run, @organizationId, 'o@old.example', 'nearby_sales', '{}', @run::text)
                on conflict (organization_id, dedupe_key) do nothing;
                update email_outbox set state = 'sent', sent_at = now() where organization_id = @organizationId and id = @run
                """, new { run, lead, organizationId, userId }), default);
    }
}
