using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Data;

public sealed class MigratorTests
{
    [Fact]
    public async Task Migrating_twice_and_at_once_applies_each_file_once()
    {
        await using var database = Database.Open(await TestPostgres.CreateDatabaseAsync());
        await Assert.ThrowsAsync<SettingException>(() => new Migrator(database.Source).RequireCurrentAsync(default));

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new Migrator(database.Source).MigrateAsync(default)));

        Assert.Equal(await database.QueryFirstAsync<long>("select count(*) from schema_migrations", null, default), runs.Sum(run => run.Count));
        Assert.Equal(Migrator.Latest, await database.QueryFirstAsync<int>("select max(number) from schema_migrations", null, default));
        Assert.Empty(await new Migrator(database.Source).MigrateAsync(default));
        await new Migrator(database.Source).RequireCurrentAsync(default);
    }

    [Theory]
    [InlineData("update schema_migrations set checksum = 'edited' where number = 2", "edited")]
    [InlineData("insert into schema_migrations (number, name, checksum) values (9999, '9999_tomorrow', '')", "9999_tomorrow")]
    [InlineData("delete from schema_migrations where number = 7", "0007")]
    public async Task A_schema_that_is_not_this_version_s_is_refused_in_one_line(string change, string named)
    {
        await using var database = Database.Open(await MigratedDatabase.CopyAsync());
        await database.ExecuteAsync(change, null, default);

        var refused = await Assert.ThrowsAsync<SettingException>(() => new Migrator(database.Source).RequireCurrentAsync(default));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
