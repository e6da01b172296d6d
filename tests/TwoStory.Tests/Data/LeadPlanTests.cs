using TwoStory.Core.Data;

namespace TwoStory.Tests.Data;

/// <summary>Reads query plans at 100,000 leads: frequent statements must not scan a whole organization.</summary>
public sealed class LeadPlanTests(MigratedDatabase migrated) : IClassFixture<MigratedDatabase>
{
    readonly Database database = migrated.Database;

    [Theory]
    [InlineData("leads_newest", "select * from leads where organization_id = @organizationId order by created_at desc, id desc limit 21")]
    [InlineData("leads_newest", "select * from leads where organization_id = @organizationId and temperature = 'hot' order by created_at desc, id desc limit 21")]
    [InlineData("leads_newest", "select * from leads where organization_id = @organizationId and concat_ws(' ', name, email) ilike '%9%' order by created_at desc, id desc limit 21")]
    [InlineData("leads_owner_newest", "select * from leads where organization_id = @organizationId and owner_id = @user order by created_at desc, id desc limit 21")]
    [InlineData("leads_email_key", "select * from leads where organization_id = @organizationId and id <> @user and (email_key = lower('L7@Example.com') or home_key = 'h7')")]
    [InlineData("leads_home", "select * from leads where organization_id = @organizationId and id <> @user and (email_key = lower('L7@Example.com') or home_key = 'h7')")]
    public async Task A_statement_of_the_API_goes_by_its_index(string index, string sql)
    {
        var (organization, user) = await FilledAsync();
        var plan = string.Join('\n', await database.Tenant(organization).QueryAsync<string>($"explain {sql}", new { user }, default));

        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on leads", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }

    async Task<(Guid Organization, Guid User)> FilledAsync()
    {
        var known = await database.QueryFirstAsync<(Guid, Guid)?>("select organization_id, id from users limit 1", null, default);
        if (known is { } filled) return filled;
        await database.ExecuteAsync(
            """
            insert into organizations (id, name, time_zone) select gen_random_uuid(), 'O', 'UTC' from generate_series(1, 5);
            insert into users (id, organization_id, email, name, role, password_hash) select gen_random_uuid(), o.id, o.id || '.' || n || '@example.com', 'U', 'owner', '' from organizations o, generate_series(1, 4) n;
            insert into leads (id, organization_id, owner_id, name, email, home_key, temperature, alerts_since, created_at)
            select gen_random_uuid(), u.organization_id, u.id, 'Lead ' || n, 'l' || n || '@example.com', 'h' || n, (array['hot', 'warm', 'cold'])[1 + n % 3], '2026-01-01', now() - n * interval '1 second'
            from users u, generate_series(1, 5000) n;
            analyze leads;
            """, null, default);
        return await FilledAsync();
    }
}
