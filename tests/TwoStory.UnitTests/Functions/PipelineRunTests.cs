using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Api;
using TwoStory.Api.Http;

namespace TwoStory.Tests.Functions;

/// <summary>The entry point of functions. It never throws, because the host would count and log the exception as a failed function.</summary>
public sealed class PipelineRunTests
{
    [Fact]
    public async Task A_route_that_the_host_matched_before_is_forgotten()
    {
        var context = Request("GET", "/api/no-such-thing");
        context.Request.RouteValues["path"] = "no-such-thing";
        context.SetEndpoint(new Endpoint(null, null, "Fallback"));

        await Api().Run(context.Request);

        Assert.Equal((404, "application/problem+json"), (context.Response.StatusCode, context.Response.ContentType));
        Assert.Empty(context.Request.RouteValues);
    }

    [Fact]
    public async Task A_dead_database_is_a_503()
    {
        var context = Request("GET", "/api/health");

        await Api().Run(context.Request);

        Assert.Equal(503, context.Response.StatusCode);
    }

    [Fact]
    public async Task A_database_that_accepts_and_never_answers_is_a_503_of_the_health_check()
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        // Without a limit of its own the check would wait for ever.
        await using var api = UnstartedApi.Build($"Host=127.0.0.1;Port={((IPEndPoint)frozen.LocalEndpoint).Port};Timeout=0;Command Timeout=0");
        var context = Request("GET", "/api/health");
        context.RequestServices = api.Services.CreateScope().ServiceProvider;

        await api.Services.GetRequiredService<ApiPipeline>().Run(context.Request);

        Assert.Equal((503, "5"), (context.Response.StatusCode, context.Response.Headers.RetryAfter.ToString()));
    }

    [Theory]
    [InlineData(12, 12)]
    [InlineData(200, 0)]
    public async Task A_large_body_is_read_to_its_end_before_it_is_refused_unless_it_is_beyond_the_hosts_own_limit(int megabytes, int read)
    {
        var context = Request("POST", "/api/auth/login");
        using var body = new MemoryStream(new byte[megabytes << 20]);
        (context.Request.Body, context.Request.ContentLength) = (body, body.Length);

        await Api().Run(context.Request);

        Assert.Equal((413, "application/problem+json"), (context.Response.StatusCode, context.Response.ContentType));
        Assert.Equal(read << 20, body.Position);
    }

    [Fact]
    public void A_forwarded_address_set_by_the_caller_is_ignored()
    {
        var context = Request("POST", "/api/auth/login");
        context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
        context.Request.Headers["X-Forwarded-For"] = "1.2.3.4";

        Assert.Equal("203.0.113.9", ClientOrigin.From(context).Address);
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_a_400()
    {
        var context = Request("POST", "/api/auth/login");
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes("{ no"));
        context.Request.ContentLength = 4;

        await Api().Run(context.Request);

        Assert.Equal(400, context.Response.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_does_not_throw_but_ends_the_connection()
    {
        var context = Request("GET", "/api/no-such-thing");
        context.Response.Body = new BrokenStream();
        var lifetime = new Lifetime();
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);

        await Api().Run(context.Request);

        Assert.True(lifetime.IsAborted);
    }

    [Fact]
    public async Task A_disconnecting_caller_causes_no_exception()
    {
        var context = Request("GET", "/api/health");
        context.RequestAborted = new CancellationToken(canceled: true);

        await Api().Run(context.Request);
    }

    static ApiPipeline Api() => Services.GetRequiredService<ApiPipeline>();

    static DefaultHttpContext Request(string method, string path)
    {
        var context = new DefaultHttpContext { RequestServices = Services.CreateScope().ServiceProvider };
        (context.Request.Method, context.Request.Path) = (method, path);
        context.Response.Body = new MemoryStream();
        return context;
    }

    static readonly IServiceProvider Services = UnstartedApi.Build().Services;

    sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }

    sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("The connection is gone.");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new IOException("The connection is gone.");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("The connection is gone.");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("The connection is gone.");
    }
}
