using System.Net.Sockets;
using System.Text;

namespace TwoStory.Tests.Api;

public class ProblemTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Every_route_answers_problems_to_bad_json_wrong_methods_unknown_queries_and_no_token()
    {
        var owner = await host.RegisterOwnerAsync();
        var routes = Routes().ToList();
        Assert.True(routes.Count > 20);
        foreach (var (method, path, isOpen, takesBody) in routes)
        {
            var name = $"{method} {path}";
            RequireProblem(name, await owner.SendAsync("PATCH", path), 405, "method_not_allowed");
            RequireProblem(name, await owner.SendAsync(method, $"{path}/no/such/route"), 404, "route_not_found");
            if (!isOpen) RequireProblem(name, await host.Anonymous().SendAsync(method, path), 401, "authentication_required");
            if (!isOpen) RequireProblem(name, await owner.WithToken("forged").SendAsync(method, path), 401, "invalid_token");
            if (!takesBody)
            {
                RequireProblem(name, await owner.SendAsync(method, $"{path}?nonsense=1"), 400, "validation_failed");
                continue;
            }
            RequireProblem(name, await owner.SendAsync(method, path, "{\""), 400, "invalid_json");
            RequireProblem(name, await owner.SendAsync(method, path, "[]"), 400, null);
            RequireProblem(name, await owner.SendAsync(method, path, new string(' ', 300 * 1024)), 413, "body_too_large");
            // A missing resource cannot be changed.
            if (!path.Contains(MappedRoutes.NoId, StringComparison.Ordinal)) RequireProblem(name, await owner.SendAsync(method, path, "{\"nonsense\": 1}"), 400, "validation_failed");
        }
    }

    [Fact]
    public async Task An_unknown_address_is_not_found_without_signing_in() =>
        RequireProblem("unknown", await host.Anonymous().GetAsync("no/such/thing"), 404, "route_not_found");

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        using var client = new HttpClient();
        using var content = new StringContent("email=a", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await client.PostAsync(new Uri(host.Root, "/api/auth/login"), content);

        Assert.Equal(415, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_chunked_body_that_grows_too_large_is_refused()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Root.Host, host.Root.Port);
        await using var stream = socket.GetStream();
        var chunk = $"{64 * 1024:x}\r\n{new string(' ', 64 * 1024)}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 5)) + "0\r\n\r\n"));
        var buffer = new byte[64];
        var read = await stream.ReadAsync(buffer);

        Assert.StartsWith("HTTP/1.1 413", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_ignore_the_Accept_header_and_contain_no_credentials()
    {
        var answer = await host.Anonymous().SendAsync("GET", "auth/me", null, ("Accept", "text/html"), ("Authorization", "Basic YTpi"));

        RequireProblem("html", answer, 401, "invalid_token");
        Assert.Contains("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(answer.Text("traceId"), answer.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task Only_the_frontend_may_call_from_a_browser()
    {
        var frontend = await host.Anonymous().SendAsync("GET", "auth/me", null, ("Origin", "https://app.example.com"));
        var other = await host.Anonymous().SendAsync("GET", "auth/me", null, ("Origin", "https://evil.example.com"));

        Assert.Equal("https://app.example.com", frontend.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
    }

    static void RequireProblem(string name, Answer answer, int status, string? code)
    {
        Assert.True(answer.Status == status, $"{name}: {answer.Status} instead of {status}: {answer.Json}");
        Assert.Equal("application/problem+json", answer.ContentType);
        foreach (var field in new[] { "type", "title", "detail", "instance", "code", "traceId" }) Assert.False(string.IsNullOrEmpty(answer.Text(field)), $"{name}: {field}");
        Assert.Equal(status, answer["status"].GetInt32());
        if (code is not null) Assert.True(code == answer.Code, $"{name}: {answer.Code} instead of {code}");
    }

    IEnumerable<(string Method, string Path, bool IsOpen, bool TakesBody)> Routes() => MappedRoutes.From(host.Services).Select(route =>
        (route.Method, route.Path.Replace("{kind}", "nearby-sales", StringComparison.Ordinal), route.IsOpen, route.TakesBody));
}
