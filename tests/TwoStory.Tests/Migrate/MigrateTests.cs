using Npgsql;
using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Migrate;

public sealed class MigrateTests : IAsyncLifetime
{
    // Quotes and percent signs are what an unescaped statement or URL would break at.
    const string Password = "o'Brien \"100%\" ü";

    readonly string user = $"host_{Guid.CreateVersion7():N}";
    string empty = null!;

    public async Task InitializeAsync() => empty = await TestPostgres.CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        await using (var database = Database.Open(empty, maxConnections: 1)) await DropUserAsync(database);
        await TestPostgres.DropDatabaseAsync(empty);
    }

    [Fact]
    public async Task An_empty_database_is_brought_up_and_the_second_time_there_is_nothing_to_do()
    {
        var (first, second) = (await MigrateProcess.RunAsync(Url()), await MigrateProcess.RunAsync(Url()));

        Assert.Equal((0, "", 0, ""), (first.ExitCode, first.Errors, second.ExitCode, second.Errors));
        Assert.Contains($"{Migrator.Latest} migration(s) applied", first.Output, StringComparison.Ordinal);
        Assert.Contains("up to date", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runtime_user_works_in_every_table_and_changes_none()
    {
        for (var times = 0; times < 2; times++) await RunWithRuntimeUserAsync();
        await using var host = Database.Open(new NpgsqlConnectionStringBuilder(empty) { Username = user, Password = Password, Pooling = false }.ConnectionString);

        await new Migrator(host).RequireCurrentAsync(default);
        await TenancyCheck.RequireAsync(host, default);
        await HostRole.RequireAsync(host, default);
        var organization = Guid.CreateVersion7();
        await host.ExecuteAsync("insert into organizations (id, name, time_zone) values (@organization, 'Harbor Realty', 'UTC')", new { organization }, default);
        Assert.Equal(1, await host.Tenant(organization).QueryFirstAsync<long>("select count(*) from organizations", null, default));
        Assert.Equal(0, await host.Tenant(Guid.CreateVersion7()).QueryFirstAsync<long>("select count(*) from organizations", null, default));
        foreach (var forbidden in new[]
        {
            "alter table leads disable row level security", "drop policy tenant on leads", "create table more (id int)",
            "update schema_migrations set checksum = ''", $"alter role {user} bypassrls", "drop trigger leads_added on leads",
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => host.ExecuteAsync(forbidden, null, default));
            Assert.True(refused.SqlState is PostgresErrorCodes.InsufficientPrivilege, $"{forbidden}: {refused.MessageText}");
        }
    }

    [Fact]
    public async Task A_host_that_works_as_the_owner_is_refused()
    {
        await RunWithRuntimeUserAsync();
        await using var owner = Database.Open(empty, maxConnections: 1);
        var superuser = await Assert.ThrowsAsync<SettingException>(() => HostRole.RequireAsync(owner, default));
        Assert.Contains("is a superuser", superuser.Message, StringComparison.Ordinal);

        await owner.ExecuteAsync($"alter table notifications owner to {user}", null, default);
        await using var host = Database.Open(new NpgsqlConnectionStringBuilder(empty) { Username = user, Password = Password, Pooling = false }.ConnectionString);
        var owning = await Assert.ThrowsAsync<SettingException>(() => HostRole.RequireAsync(host, default));
        Assert.Contains("owns the tables", owning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policies_bind_the_owner_of_the_tables_too()
    {
        await MigrateProcess.RunAsync(Url());
        await using var database = Database.Open(empty, maxConnections: 1);
        await database.ExecuteAsync("insert into organizations (id, name, time_zone) values (gen_random_uuid(), 'Harbor Realty', 'UTC')", null, default);
        var outsider = $"owner_{Guid.CreateVersion7():N}";
        await database.ExecuteAsync($"create role {outsider}; grant create on schema public to {outsider}; alter table organizations owner to {outsider}", null, default);

        var seen = await database.QueryFirstAsync<long>($"set role {outsider}; select count(*) from organizations", null, default);

        await database.ExecuteAsync($"reset role; reassign owned by {outsider} to current_user; drop owned by {outsider}; drop role {outsider}", null, default);
        Assert.Equal(0, seen);
    }

    [Theory]
    [InlineData(null, "DATABASE_URL must name")]
    [InlineData("mysql://root@localhost/twostory", "postgres://")]
    [InlineData("postgres://twostory:hidden@127.0.0.1:1/twostory", "cannot be reached")]
    public async Task A_database_that_cannot_be_used_ends_in_one_line(string? url, string names) => AssertRefused(await MigrateProcess.RunAsync(url), names);

    [Fact]
    public async Task Invalid_environment_variables_end_in_one_line()
    {
        AssertRefused(await MigrateProcess.RunAsync(Url(), ("DATABASE_PASSWORD", "hidden")), "refuses the user or password");
        AssertRefused(await MigrateProcess.RunAsync(Url(), ("RUNTIME_USER", user)), "RUNTIME_PASSWORD");
        AssertRefused(await MigrateProcess.RunAsync(Url(), ("RUNTIME_USER", user), ("DATABASE_SIGN_IN", "entra")), "RUNTIME_OBJECT_ID");
        AssertRefused(await MigrateProcess.RunAsync(Url(), ("RUNTIME_USER", "twostory"), ("RUNTIME_PASSWORD", "hidden")), "RUNTIME_USER");
        AssertRefused(await MigrateProcess.RunAsync(Url(), ("DATABASE_SIGN_IN", "magic")), "DATABASE_SIGN_IN");
        AssertRefused(await MigrateProcess.RunAsync(["--database", Url()], null), "takes no arguments");
        AssertRefused(await MigrateProcess.RunAsync($"{Url()}?sslmode=verify-full"), "DATABASE_URL");
    }

    async Task DropUserAsync(Database database)
    {
        if (await database.QueryFirstAsync<bool>("select to_regrole(@user) is null", new { user }, default)) return;
        await database.ExecuteAsync($"reassign owned by {user} to current_user; drop role {user}", null, default);
    }

    async Task RunWithRuntimeUserAsync()
    {
        var done = await MigrateProcess.RunAsync(Url(), ("RUNTIME_USER", user), ("RUNTIME_PASSWORD", Password));
        Assert.Equal((0, ""), (done.ExitCode, done.Errors));
    }

    string Url()
    {
        var server = new NpgsqlConnectionStringBuilder(empty);
        return $"postgres://{server.Username}:{server.Password}@{server.Host}:{server.Port}/{server.Database}";
    }

    static void AssertRefused(Ending ending, string names)
    {
        var line = Assert.Single(ending.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("Error: ", line, StringComparison.Ordinal);
        Assert.Contains(names, line, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", line, StringComparison.Ordinal);
        Assert.NotEqual(0, ending.ExitCode);
    }
}
