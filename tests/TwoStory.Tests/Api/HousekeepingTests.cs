using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Api;

public sealed class HousekeepingTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Expired_rows_are_removed_and_all_other_rows_stay()
    {
        var owner = await host.RegisterOwnerAsync();
        await host.Database.ExecuteAsync(
            """
            delete from rate_limits;
            insert into rate_limits (key, theoretical_arrival, granted) values
                ('attempt:old', now() - interval '2 hours', true), ('attempt:new', now() - interval '1 minute', true), ('spark:old', now() - interval '9 days', true);
            insert into refresh_tokens (id, organization_id, user_id, family_id, token_hash, expires_at)
            values (gen_random_uuid(), @OrganizationId, @UserId, gen_random_uuid(), 'old', now() - interval '1 minute');
            insert into password_resets (id, organization_id, user_id, token_hash, expires_at) values
                (gen_random_uuid(), @OrganizationId, @UserId, 'old', now() - interval '1 minute'), (gen_random_uuid(), null, null, 'nobody', now() - interval '1 minute'),
                (gen_random_uuid(), @OrganizationId, @UserId, 'new', now() + interval '1 minute');
            insert into invitations (id, organization_id, email, role, token_hash, invited_by, expires_at) values
                (gen_random_uuid(), @OrganizationId, 'old', 'agent', 'old', @UserId, now() - interval '31 days'),
                (gen_random_uuid(), @OrganizationId, 'new', 'agent', 'new', @UserId, now() - interval '29 days');
            insert into idempotency_keys (organization_id, user_id, key, request_hash, resource_id, created_at) values
                (@OrganizationId, @UserId, 'old', '', gen_random_uuid(), now() - interval '25 hours'), (@OrganizationId, @UserId, 'new', '', gen_random_uuid(), now() - interval '23 hours');
            """, new { owner.OrganizationId, owner.UserId }, default);
        var housekeeping = host.Services.GetRequiredService<Housekeeping>();

        Assert.Equal(6, await housekeeping.CleanAsync(default));

        var kept = await host.Database.QueryAsync<string>(
            """
            select key from rate_limits union all select encode(token_hash, 'escape') from password_resets
            union all select email from invitations union all select key from idempotency_keys order by 1
            """, null, default);
        Assert.Equal(["attempt:new", "new", "new", "new", "spark:old"], kept);
        Assert.Equal(200, (await owner.GetAsync("auth/me")).Status);
        Assert.Equal(0, await housekeeping.CleanAsync(default));
    }

    [Fact]
    public async Task The_one_machine_host_cleans_up_when_it_starts()
    {
        var connectionString = await TestHost.CreateDatabaseAsync();
        await using (var database = Database.Open(connectionString))
        {
            await database.ExecuteAsync("insert into rate_limits (key, theoretical_arrival, granted) values ('attempt:old', now() - interval '1 day', true)", null, default);
        }
        await using (var local = await TestHost.StartAsync(connectionString, simulators: world => world.DemoWorld = false))
        {
            for (var tries = 0; tries < 500 && (await local.QueryAsync<string>("select key from rate_limits where key = 'attempt:old'")).Count > 0; tries++) await Task.Delay(20);
            Assert.Empty(await local.QueryAsync<string>("select key from rate_limits where key = 'attempt:old'"));
        }
        await TestPostgres.DropDatabaseAsync(connectionString);
    }
}
