using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>Lets a worker into a test's database as a deployment does: as a user who owns nothing.</summary>
static class WorkerDatabase
{
    const string User = "worker";
    const string Password = "only-for-tests";

    // Users belong to the server, and two tests that alter one at once fail.
    static readonly Lazy<Task> Created = new(CreateAsync);

    /// <returns>What <c>DATABASE_URL</c> holds.</returns>
    public static async Task<string> UrlAsync(string ownerConnectionString)
    {
        await Created.Value;
        return Url(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Username = User, Password = Password });
    }

    public static string Url(NpgsqlConnectionStringBuilder server) =>
        $"postgres://{server.Username}:{server.Password}@{server.Host}:{server.Port}/{server.Database}?maximum_pool_size=10";

    static async Task CreateAsync()
    {
        var connectionString = await TestHost.CreateDatabaseAsync();
        await using (var owner = Database.Open(connectionString, maxConnections: 1)) await new RuntimeLogin(owner, User).EnsureAsync(Password);
        await TestPostgres.DropDatabaseAsync(connectionString);
    }
}
