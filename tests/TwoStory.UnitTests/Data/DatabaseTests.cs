using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Tests.Data;

public sealed class DatabaseTests
{
    [Theory]
    [InlineData("postgres://u:p@localhost/twostory", 50)]
    [InlineData("postgres://u:p@localhost/twostory?maximum_pool_size=20", 20)]
    [InlineData("postgres://u:p@localhost/twostory?maximum_pool_size=100", 100)]
    public async Task The_pool_has_fifty_connections_unless_the_address_sets_another_size(string url, int size)
    {
        await using var database = Database.Open(DatabaseUrl.ToConnectionString(url));

        Assert.Equal(size, new NpgsqlConnectionStringBuilder(database.Source.ConnectionString).MaxPoolSize);
    }
}
