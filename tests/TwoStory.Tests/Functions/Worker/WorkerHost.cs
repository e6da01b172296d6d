using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProtoBuf.Grpc.Server;
using TwoStory.Local.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>
/// A small Functions host: starts the worker, speaks its gRPC protocol, and forwards each request to the worker's own server beside the invocation,
/// as the real host does. The platform's part, answering other origins, is here too.
/// </summary>
sealed class WorkerHost : IAsyncDisposable
{
    readonly WebApplication app;
    readonly WorkerChannel channel;
    readonly WorkerProcess process;
    readonly HttpMessageInvoker toWorker = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None });
    readonly string durableClient;
    LoadedWorker worker = null!;
    WorkerRoutes routes = null!;

    WorkerHost(WebApplication app, WorkerProcess process, int port, int hubPort)
    {
        (this.app, this.process, channel, Root) = (app, process, app.Services.GetRequiredService<WorkerChannel>(), new Uri($"http://127.0.0.1:{port}"));
        durableClient = JsonSerializer.Serialize(
            new { rpcBaseUrl = $"http://127.0.0.1:{hubPort}/", taskHubName = "", connectionName = "", requiredQueryStringParameters = "", httpBaseUrl = $"{Root}runtime/webhooks/durabletask" });
    }

    public Uri Root { get; }

    public IReadOnlyList<FunctionMetadata> Functions => worker.Functions;

    /// <summary>The name of the function that took the latest request.</summary>
    public string? LastFunction { get; private set; }

    /// <summary>The output of the worker.</summary>
    public string Output => process.Output;

    /// <param name="settings">App settings.</param>
    /// <param name="frontend">The origin that the platform lets browsers call from.</param>
    /// <param name="hubPort">Where a Durable task hub listens for clients.</param>
    public static async Task<WorkerHost> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings, string frontend, int hubPort)
    {
        var (port, rpcPort) = (LoopbackPort.Claim(0), LoopbackPort.Claim(0));
        var app = Build(port, rpcPort, frontend);
        var host = new WorkerHost(app, WorkerProcess.Start(rpcPort, settings), port, hubPort);
        app.Map("/{**path}", host.ServeAsync);
        try
        {
            await app.StartAsync();
            if (await Task.WhenAny(host.channel.Loaded, host.process.Ended) != host.channel.Loaded) throw new InvalidOperationException($"The worker ended:\n{host.Output}");
            host.worker = await host.channel.Loaded;
            await ListeningAsync(host.worker.Http);
            host.routes = new WorkerRoutes(host.worker.Functions, app.Services.GetRequiredService<IInlineConstraintResolver>());
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Fires a timer.</summary>
    public async Task FireAsync(string timer)
    {
        var function = worker.Functions.Single(function => function.Name == timer);
        var ended = await channel.InvokeAsync(Invocation(Guid.NewGuid().ToString(), function, "timer", new Value { Json = """{"IsPastDue":false}""" }));
        Assert.True(ended.Code == Status.Success, ended.Fault?.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        toWorker.Dispose();
    }

    static WebApplication Build(int port, int rpcPort, string frontend)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // The real host accepts about 100 MB; these tests use the limits of the worker.
            kestrel.Limits.MaxRequestBodySize = 100_000_000;
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Listen(IPAddress.Loopback, rpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddHttpForwarder();
        builder.Services.AddRouting(routing => routing.SetParameterPolicy<Microsoft.AspNetCore.Routing.Constraints.RegexInlineRouteConstraint>("regex"));
        builder.Services.AddCodeFirstGrpc();
        builder.Services.AddSingleton<WorkerChannel>();
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins(frontend).AllowAnyHeader().AllowAnyMethod()));
        var app = builder.Build();
        app.UseCors();
        app.MapGrpcService<WorkerChannel>();
        return app;
    }

    // The worker's own server starts beside its stream to the host.
    static async Task ListeningAsync(Uri server)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(server.Host, server.Port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    async Task ServeAsync(HttpContext context)
    {
        if (routes.Find(context) is not { } routed)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        LastFunction = routed.Function.Name;
        var id = Guid.NewGuid().ToString();
        var http = new Http { RouteValues = routed.Values.ToDictionary(value => value.Key, value => $"{value.Value}") };
        var invocation = channel.InvokeAsync(Invocation(id, routed.Function, routed.Parameter, new Value { Http = http }));
        context.Request.Headers["x-ms-invocation-id"] = id;
        await app.Services.GetRequiredService<IHttpForwarder>().SendAsync(context, worker.Http.ToString(), toWorker);
        await invocation;
    }

    Invocation Invocation(string id, FunctionMetadata function, string parameter, Value trigger)
    {
        var invocation = new Invocation { InvocationId = id, FunctionId = function.FunctionId, Arguments = { new Argument { Name = parameter, Value = trigger } } };
        foreach (var binding in function.RawBindings.Select(text => JsonElement.Parse(text)).Where(binding => binding.GetProperty("type").GetString() == "durableClient"))
        {
            invocation.Arguments.Add(new Argument { Name = binding.GetProperty("name").GetString()!, Value = new Value { Text = durableClient } });
        }
        return invocation;
    }
}
