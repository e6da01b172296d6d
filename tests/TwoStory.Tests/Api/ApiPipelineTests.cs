using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Api;

namespace TwoStory.Tests.Api;

/// <summary>The pipeline in a host that has already matched an endpoint and set route values.</summary>
public sealed class ApiPipelineTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("GET", "/api/health", 200, null)]
    [InlineData("GET", "/api/no/such/route", 404, "route_not_found")]
    [InlineData("PATCH", "/api/leads", 405, "method_not_allowed")]
    [InlineData("GET", "/api/leads/01890000-0000-7000-8000-000000000000", 401, "authentication_required")]
    [InlineData("POST", "/api/auth/login", 400, "invalid_json")]
    public async Task A_function_s_request_is_answered_as_on_Kestrel(string method, string path, int status, string? code)
    {
        await using var functions = await FunctionsLikeHostAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(new Uri(functions.Urls.First()), path));
        if (method == "POST") request.Content = new StringContent("{", System.Text.Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        if (code is not null) Assert.Equal(code, body.GetProperty("code").GetString());
    }

    async Task<WebApplication> FunctionsLikeHostAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var pipeline = host.Services.GetRequiredService<ApiPipeline>();
        app.Map("/{first}/{**id}", async (HttpContext context) =>
        {
            await using var scope = host.Services.CreateAsyncScope();
            context.RequestServices = scope.ServiceProvider;
            return await pipeline.Run(context.Request);
        });
        await app.StartAsync();
        return app;
    }
}
