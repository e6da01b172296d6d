using TwoStory.Core.Data;

namespace TwoStory.Tests.Data;

/// <summary>The counters follow every kind of write, also of several writers at once.</summary>
public sealed class CounterTests(MigratedDatabase migrated) : IClassFixture<MigratedDatabase>
{
    const int Writers = 8;
    const int Rounds = 25;

    readonly Database database = migrated.Database;

    [Theory]
    [InlineData("insert into property_values (id, organization_id, lead_id, source, as_of, value) select gen_random_uuid(), organization_id, id, 'late', '2020-01-01', 7 from leads")]
    [InlineData("insert into property_values (id, organization_id, lead_id, source, as_of, value) select gen_random_uuid(), organization_id, id, 'new', '2030-01-01', 7 from leads")]
    [InlineData("update property_values set value = value * 2, as_of = as_of - 30")]
    [InlineData("delete from property_values where as_of > '2026-01-03'")]
    [InlineData("update leads set temperature = 'hot'")]
    [InlineData("update leads set owner_id = (select max(u.id::text)::uuid from users u where u.organization_id = leads.organization_id)")]
    [InlineData("update leads set notes = 'Called.'")]
    [InlineData("delete from leads where name like '%1'")]
    [InlineData("update notifications set read_at = now() where cause like '%1'")]
    [InlineData("update notifications set read_at = null")]
    [InlineData("delete from notifications where cause like '%2'")]
    [InlineData("delete from organizations")]
    public async Task A_write_leaves_the_counters_exact(string write)
    {
        await AddAsync();
        await Counters.RequireExactAsync(database);

        await database.ExecuteAsync(write, null, default);

        await Counters.RequireExactAsync(database);
    }

    [Fact]
    public async Task Writers_at_once_neither_block_each_other_for_good_nor_lose_a_count()
    {
        var organization = await AddAsync();
        var tenant = database.Tenant(organization);
        var leads = (await tenant.QueryAsync<Guid>("select id from leads where organization_id = @organizationId order by id", null, default)).ToArray();
        var users = (await tenant.QueryAsync<Guid>("select id from users where organization_id = @organizationId order by id", null, default)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var random = new Random(writer);
            for (var round = 0; round < Rounds; round++) await WriteAsync(tenant, random, leads, users);
        }));

        await Counters.RequireExactAsync(database);
        Assert.InRange(await database.QueryFirstAsync<long>("select count(*) from lead_counts where organization_id = @organization", new { organization }, default),
            1, 2 * 3 * Writers);
    }

    static Task<int> WriteAsync(TenantDatabase tenant, Random random, Guid[] leads, Guid[] users)
    {
        var values = new { lead = random.GetItems(leads, 1)[0], user = random.GetItems(users, 1)[0], day = new DateOnly(2026, 2, 1).AddDays(random.Next(300)), value = random.Next(1, 1000) };
        return tenant.TransactAsync(async transaction =>
        {
            var organizationId = tenant.OrganizationId;
            return random.Next(4) switch
            {
                0 => await transaction.ExecuteAsync(
                    "update leads set owner_id = @user, temperature = (array['hot', 'warm', 'cold'])[1 + @value % 3] where organization_id = @organizationId and id = @lead",
                    new { values.user, values.value, values.lead, organizationId }),
                1 => await transaction.ExecuteAsync(
                    "delete from property_values where organization_id = @organizationId and lead_id = @lead and as_of > @day", new { values.lead, values.day, organizationId }),
                2 => await transaction.ExecuteAsync(
                    "update notifications set read_at = case when read_at is null then now() end where organization_id = @organizationId and lead_id = @lead",
                    new { values.lead, organizationId }),
                _ => await transaction.ExecuteAsync(
                    """
                    insert into property_values (id, organization_id, lead_id, source, as_of, value)
                    values (gen_random_uuid(), @organizationId, @lead, 'rentcast', @day, @value) on conflict do nothing
                    """, new { values.lead, values.day, values.value, organizationId }),
            };
        }, default);
    }

    // Two users with ten leads each, of which each second has values and a notification.
    async Task<Guid> AddAsync()
    {
        var organization = Guid.CreateVersion7();
        await database.ExecuteAsync(
            """
            insert into organizations (id, name, time_zone) values (@organization, 'Counted', 'UTC');
            insert into users (id, organization_id, email, name, role, password_hash)
            select gen_random_uuid(), @organization, gen_random_uuid() || '@example.com', 'User', 'agent', '' from generate_series(1, 2);
            insert into leads (id, organization_id, owner_id, name, alerts_since)
            select gen_random_uuid(), @organization, u.id, 'Lead ' || n, '2026-01-01' from users u, generate_series(1, 10) n where u.organization_id = @organization;
            insert into property_values (id, organization_id, lead_id, source, as_of, value)
            select gen_random_uuid(), @organization, l.id, 'rentcast', date '2026-01-01' + n, 1000 + n from leads l, generate_series(1, 5) n
            where l.organization_id = @organization and l.name like '%1';
            insert into notifications (id, organization_id, user_id, lead_id, kind, cause, title, body, evidence)
            select gen_random_uuid(), @organization, owner_id, id, 'nearby_sale', id || name, '', '', '{}' from leads where organization_id = @organization;
            """, new { organization }, default);
        return organization;
    }
}
