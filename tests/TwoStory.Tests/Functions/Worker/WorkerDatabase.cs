using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>Gives a worker access to the database of a test like a deployment: as a user without owned objects.</summary>
static class WorkerDatabase
{
    const string User = "worker";
    const string Password = "only-for-tests";

    // Users belong to the server, and concurrent changes of one user fail.
    static readonly Lazy<Task> Created = new(CreateAsync);

    /// <returns>The value of <c>DATABASE_URL</c>.</returns>
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
