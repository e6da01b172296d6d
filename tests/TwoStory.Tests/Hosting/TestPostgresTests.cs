using Dapper;
using Npgsql;

namespace TwoStory.Tests.Hosting;

public sealed class TestPostgresTests
{
    [Fact]
    public async Task A_copy_has_the_rows_of_its_template_and_changes_apart_from_it()
    {
        var template = await TestPostgres.CreateDatabaseAsync();
        await ExecuteAsync(template, "create table homes (id int); insert into homes values (1)");

        var copy = await TestPostgres.CreateDatabaseAsync(template);
        await ExecuteAsync(copy, "insert into homes values (2)");

        Assert.Equal([1, 2], await HomesAsync(copy));
        Assert.Equal([1], await HomesAsync(template));
        await TestPostgres.DropDatabaseAsync(copy);
        await TestPostgres.DropDatabaseAsync(template);
    }

    static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync(sql);
    }

    static async Task<IEnumerable<int>> HomesAsync(string database)
    {
        // The pooled connection of the template was ended when it was copied.
        using (var stale = new NpgsqlConnection(database))
        {
            NpgsqlConnection.ClearPool(stale);
        }

        await using var connection = new NpgsqlConnection(database);
        return await connection.QueryAsync<int>("select id from homes order by id");
    }
}
