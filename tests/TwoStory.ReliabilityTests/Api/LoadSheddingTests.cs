using System.Net.Sockets;
using Npgsql;

namespace TwoStory.Tests.Api;

/// <summary>An API with two permits and a queue of one, while a table is locked.</summary>
public sealed class LoadSheddingTests : IAsyncLifetime
{
    readonly ApiHost host = new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Api:MaxConcurrentRequests"] = "2",
            ["Api:MaxQueuedRequests"] = "1",
            ["Api:MaxQueueTime"] = "00:00:00.5",
        },
    };

    public Task InitializeAsync() => host.InitializeAsync();

    public Task DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Surplus_requests_are_refused_and_accepted_requests_are_answered()
    {
        var owner = await host.RegisterOwnerAsync();
        await using var connection = await host.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("lock table leads in access exclusive mode", connection, transaction)) await command.ExecuteNonQueryAsync();

        Task<Answer>[] taken = [owner.GetAsync("leads"), owner.GetAsync("leads")];
        while (await WaitingAsync() < taken.Length) await Task.Delay(10);
        // One of these finds the queue full; the other is refused when its queue time ends. Neither is processed.
        var refused = await Task.WhenAll(owner.PostAsync("leads", new { name = "Too much" }), owner.PostAsync("leads", new { name = "Too much" }));

        Assert.All(refused, answer =>
        {
            Assert.Equal((503, "overloaded", "application/problem+json"), (answer.Status, answer.Code, answer.ContentType));
            Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        });
        Assert.Equal(2, await WaitingAsync());
        Assert.All(taken, request => Assert.False(request.IsCompleted));
        foreach (var open in new[] { "health", "openapi.json" }) Assert.Equal(200, (await host.Anonymous().GetAsync(open)).Status);

        await transaction.RollbackAsync();
        Assert.All(await Task.WhenAll(taken), answer => Assert.Equal((200, 0), (answer.Status, answer.Items.Count)));
        foreach (var path in new[] { "leads", "notifications", "dashboard/stats" }) Assert.Equal(200, (await owner.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Slow_request_bodies_do_not_occupy_permits()
    {
        var owner = await host.RegisterOwnerAsync();
        using var first = await SlowBodyAsync();
        using var second = await SlowBodyAsync();

        Assert.Equal(200, (await owner.GetAsync("leads")).Status);
        Assert.Equal(201, (await owner.PostAsync("leads", new { name = "In time", latitude = 47.6, longitude = -122.3 })).Status);
    }

    /// <summary>Sends half a body, and waits until the server is about to read it.</summary>
    async Task<TcpClient> SlowBodyAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(host.Root.Host, host.Root.Port);
        await client.GetStream().WriteAsync("POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync());
        await client.GetStream().WriteAsync("{ \"email\": "u8.ToArray());
        return client;
    }

    // Seen by the server: both are in the middle of their statement.
    async Task<int> WaitingAsync() => await host.Database.QueryFirstAsync<int>(
        "select count(*)::int from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()", null, default);
}
