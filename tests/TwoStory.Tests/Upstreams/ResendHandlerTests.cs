using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TwoStory.Core.Providers.Resend;

namespace TwoStory.Tests.Upstreams;

/// <summary>What the Resend package gets from its HttpClient: it reads the headers of limits as integers and fails on anything else.</summary>
[Collection("upstreams")]
public sealed class ResendHandlerTests(TemporaryPostgres postgres)
{
    [Fact]
    public async Task A_refusal_arrives_with_its_body_and_the_wait_in_seconds()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        await using var resend = await StandIn.StartAsync(async (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = DateTimeOffset.UtcNow.AddSeconds(50).ToString("R");
            context.Response.Headers["ratelimit-reset"] = "soon";
            await context.Response.WriteAsync("""{"statusCode":429,"name":"rate_limit_exceeded"}""");
        });
        using var package = new HttpClient(new ResendHandler(upstream.Get<ResendCalls>()));

        using var answer = await package.PostAsJsonAsync(new Uri(resend.Url, "/emails/batch"), new[] { new { subject = "Sold" } });

        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((429, "rate_limit_exceeded"), ((int)answer.StatusCode, body.GetProperty("name").GetString()));
        Assert.InRange(int.Parse(Assert.Single(answer.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture), 1, 50);
        Assert.Equal(["Retry-After"], answer.Headers.Select(header => header.Key));
        Assert.Equal("""[{"subject":"Sold"}]""", Assert.Single(resend.Requests).Body);
    }
}
