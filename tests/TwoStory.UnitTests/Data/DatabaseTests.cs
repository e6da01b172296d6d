using TwoStory.Core.Data;

namespace TwoStory.Tests.Data;

public sealed class DatabaseTests
{
    [Theory]
    [InlineData("postgres://u:p@localhost/twostory?maximum_pool_size=20", 20)]
    [InlineData("postgres://u:p@localhost/twostory?maximum_pool_size=100", 100)]
    public async Task The_address_sets_the_size_of_the_pool(string url, int size)
    {
        await using var database = Database.Open(DatabaseUrl.ToConnectionString(url));

        Assert.Equal(size, database.MaxConnections);
    }

    [Fact]
    public async Task Without_a_size_the_pool_follows_the_cores()
    {
        await using var database = Database.Open(DatabaseUrl.ToConnectionString("postgres://u:p@localhost/twostory"));

        Assert.Equal(Math.Max(8, 4 * Environment.ProcessorCount), database.MaxConnections);
    }
}
