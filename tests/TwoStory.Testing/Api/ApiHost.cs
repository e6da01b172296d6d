using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using TwoStory.Api;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Resend;
using TwoStory.Tests.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Api;

/// <summary>The API on Kestrel with a database of its own, for one test class.</summary>
public class ApiHost : IAsyncLifetime
{
    WebApplication? app;
    string connectionString = "";

    /// <summary>The database, as its owner.</summary>
    protected string ConnectionString => connectionString;

    public Database Database => app!.Services.GetRequiredService<Database>();

    public IServiceProvider Services => app!.Services;

    /// <summary>Over the settings that all tests have.</summary>
    internal IDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Another instance on the same database; null for a database of its own.</summary>
    internal ApiHost? Twin { get; init; }

    internal TestClock Clock { get; } = new();

    internal ErrorLog Errors { get; } = new();

    /// <summary>Where requests go.</summary>
    public virtual Uri Root => new(app!.Urls.First());

    /// <summary>A client without a session.</summary>
    public ApiClient Anonymous() => new(this, Root, token: null);

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
        var hash = await Services.GetRequiredService<PasswordHasher>().HashAsync(ApiClient.Password, default);
        await Database.TransactAsync(transaction => UserStore.AddAsync(transaction, owner.OrganizationId, email, $"{role} Colleague", role, hash), default);
        return await SignInAsync(email);
    }

    public async Task<ApiClient> SignInAsync(string email, string password = ApiClient.Password)
    {
        var answer = await Anonymous().PostAsync("auth/login", new { email, password });
        Assert.Equal(200, answer.Status);
        return Anonymous().As(answer.Json);
    }

    /// <summary>Blocks new connections to the database and closes the existing ones.</summary>
    public async Task SetDatabaseOpenAsync(bool isOpen)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await using var server = Database.Open(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" }.ConnectionString);
        await server.ExecuteAsync($"alter database {name} allow_connections {isOpen}", null, default);
        if (!isOpen) await server.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = @name", new { name }, default);
    }

    public static string Unique(string name) => $"{name}.{Guid.NewGuid():N}@example.com";

    static string WireNameOf(Role role) => Core.WireName.From(role);

    public virtual async Task InitializeAsync()
    {
        connectionString = Twin?.connectionString ?? await MigratedDatabase.CopyAsync();
        // Development, since that is where the framework would answer bad bodies differently.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(await AllSettingsAsync());
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(Errors);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(new PasswordHasher(cost: 4));
        builder.Services.AddSingleton<IJobEngine, IdleJobEngine>();
        builder.Services.AddTwoStoryCore(builder.Configuration, $"{HostRole.Enter(connectionString)};Maximum Pool Size=10");
        builder.Services.AddSingleton<IEmailSender, ResendHttpSender>();
        builder.Services.AddTwoStoryApi(builder.Configuration);
        app = builder.Build();
        app.UseTwoStoryApi();
        await app.StartAsync();
    }

    /// <summary>Everything that the host is configured with, apart from its database.</summary>
    protected async Task<Dictionary<string, string?>> AllSettingsAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            // Of 64 bytes and more, so that it could also be a key of HS512, which must be refused all the same.
            ["JWT_SECRET"] = "a secret for tests, long enough to be taken, and for other algorithms too",
            ["FRONTEND_URL"] = "https://app.example.com",
        };
        foreach (var (name, value) in (await Providers.Running).Settings.Concat(Settings)) settings[name] = value;
        return settings;
    }

    public virtual async Task DisposeAsync()
    {
        if (Twin is null) await Counters.RequireExactAsync(Database);
        await app!.DisposeAsync();
        if (Twin is null) await TestPostgres.DropDatabaseAsync(connectionString);
    }
}
