using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Api;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Api;

/// <summary>The API on Kestrel with a database of its own, for one test class.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    static readonly Lazy<Task<string>> Template = new(MigratedAsync);

    WebApplication? app;
    string connectionString = "";

    public Database Database => app!.Services.GetRequiredService<Database>();

    public IServiceProvider Services => app!.Services;

    internal TestClock Clock { get; } = new();

    /// <summary>A caller who is not signed in.</summary>
    public ApiClient Anonymous() => new(this, new Uri(app!.Urls.First()), token: null);

    /// <summary>Registers a new brokerage and answers as its owner.</summary>
    public async Task<ApiClient> RegisterOwnerAsync(string? email = null)
    {
        var request = new { organizationName = "Harbor Realty", name = "Olive Owner", email = email ?? Unique("owner"), password = ApiClient.Password };
        var answer = await Anonymous().PostAsync("auth/register", request);
        Assert.Equal(201, answer.Status);
        return Anonymous().As(answer.Json);
    }

    /// <summary>Puts a colleague into the organization and signs them in.</summary>
    public async Task<ApiClient> AddColleagueAsync(ApiClient owner, Role role)
    {
        var email = Unique(WireNameOf(role));
        var hash = await Services.GetRequiredService<IPasswordHasher>().HashAsync(ApiClient.Password, default);
        await Database.TransactAsync(transaction => UserStore.AddAsync(transaction, owner.OrganizationId, email, $"{role} Colleague", role, hash), default);
        return await SignInAsync(email);
    }

    public async Task<ApiClient> SignInAsync(string email, string password = ApiClient.Password)
    {
        var answer = await Anonymous().PostAsync("auth/login", new { email, password });
        Assert.Equal(200, answer.Status);
        return Anonymous().As(answer.Json);
    }

    public static string Unique(string name) => $"{name}.{Guid.NewGuid():N}@example.com";

    static string WireNameOf(Role role) => Core.WireName.Of(role);

    public async Task InitializeAsync()
    {
        connectionString = await TestPostgres.CreateDatabaseAsync(await Template.Value);
        // Development, since that is where the framework would answer bad bodies differently.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["JWT_SECRET"] = "a secret for tests, long enough to be taken",
            ["FRONTEND_URL"] = "https://app.example.com",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Database.Open(connectionString, maxConnections: 10));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton<IPasswordHasher>(services => new PgcryptoPasswordHasher(services.GetRequiredService<Database>(), cost: 4));
        builder.Services.AddSingleton<IJobEngine, IdleJobEngine>();
        builder.Services.AddTwoStoryApi(builder.Configuration);
        app = builder.Build();
        app.UseTwoStoryApi();
        await app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await app!.DisposeAsync();
        await TestPostgres.DropDatabaseAsync(connectionString);
    }

    static async Task<string> MigratedAsync()
    {
        var connectionString = await TestPostgres.CreateDatabaseAsync();
        await using var database = Database.Open(connectionString);
        await new Migrator(database.Source).MigrateAsync(default);
        await PgcryptoPasswordHasher.PrepareAsync(database, default);
        return connectionString;
    }
}
