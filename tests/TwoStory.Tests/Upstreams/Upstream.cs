using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Providers.Resend;
using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

/// <summary>One instance of the product as far as providers go: its own pool, its own clients, the same registration as in production.</summary>
public sealed class Upstream : IAsyncDisposable
{
    public const string EncryptionKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    readonly ServiceProvider services;

    public Upstream(string connectionString, params (string Name, string Value)[] settings)
    {
        Database = Database.Open(connectionString, 20);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ENCRYPTION_KEY"] = EncryptionKey,
            ["RENTCAST_API_KEY"] = "rentcast-secret-key",
            ["RESEND_API_KEY"] = "resend-secret-key",
            ["Upstreams:FirstRetryDelay"] = "00:00:00.010",
            ["Upstreams:Spark:RequestsPerWindow"] = "100000",
            ["Upstreams:RentCast:Requests"] = "100000",
            // Over a second, a request that is 16 ms late would not be sent.
            ["Upstreams:Nominatim:Requests"] = "100000",
            ["Upstreams:Nominatim:Window"] = "00:05:00",
            ["Upstreams:Census:Requests"] = "100000",
            ["Upstreams:Census:Window"] = "00:05:00",
        }).AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        services = new ServiceCollection()
            .AddSingleton(Database)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Recorder(Logged)))
            .AddAccounts(configuration)
            .AddUpstreams(configuration)
            .AddSecrets(configuration).AddSpark(configuration).AddRentCast(configuration).AddGeocoding(configuration).AddResend(configuration)
            .BuildServiceProvider();
    }

    /// <summary>The HTTP pipeline of one provider, which is the same for all.</summary>
    public UpstreamClient Client => services.GetRequiredKeyedService<UpstreamClient>(UpstreamProviders.Spark);

    public Database Database { get; }

    public ConcurrentQueue<string> Logged { get; } = new();

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public async Task<Guid> NewOrganizationAsync()
    {
        var id = Guid.CreateVersion7();
        await Database.ExecuteAsync("insert into organizations (id, name, time_zone) values (@id, 'Brokerage', 'America/Los_Angeles')", new { id }, default);
        return id;
    }

    public sealed record Usage(int Calls, int Unsettled, int Failures, decimal Cost);

    public async Task<Usage> UsageAsync(string provider) =>
        (await Database.QueryFirstAsync<Usage>(
            """
            select coalesce(sum(calls), 0)::int as calls, coalesce(sum(unsettled), 0)::int as unsettled,
                   coalesce(sum(failures), 0)::int as failures, coalesce(sum(cost), 0) as cost
            from api_usage where provider = @provider
            """, new { provider }, default))!;

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Database.DisposeAsync();
    }

    sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
