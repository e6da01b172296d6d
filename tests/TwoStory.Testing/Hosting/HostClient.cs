using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Providers.Spark;
using TwoStory.Tests.Api;

namespace TwoStory.Tests.Hosting;

/// <summary>The owner of a new brokerage, who calls a host's API over HTTP.</summary>
sealed class HostClient(TestHost host, string token, TestOrganization organization)
{
    public TestOrganization Organization => organization;

    /// <param name="sparkToken">Null for a brokerage without credentials.</param>
    /// <param name="requestsPer5Minutes">Of the credential; null for the usual.</param>
    public static async Task<HostClient> RegisterAsync(TestHost host, string? sparkToken = "sim-idx", int? requestsPer5Minutes = null)
    {
        using var answer = await host.Client.PostAsJsonAsync("/api/auth/register", new
        {
            organizationName = "Harbor Realty",
            name = "Olive Owner",
            email = $"{Guid.NewGuid():N}@test.example",
            password = ApiClient.Password,
        });
        answer.EnsureSuccessStatusCode();
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var user = session.GetProperty("user");
        var organization = new TestOrganization(user.GetProperty("organizationId").GetGuid(), [user.GetProperty("id").GetGuid()]);
        if (sparkToken is not null)
        {
            await host.Get<SparkCredentialStore>().SaveAsync(
                organization.Id, new BearerCredentials($"{sparkToken}-{Guid.NewGuid():N}"), null, 25, requestsPer5Minutes, default);
        }
        return new HostClient(host, session.GetProperty("accessToken").GetString()!, organization);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>The same owner at another host on the same database, or on a copy of it.</summary>
    public HostClient At(TestHost other) => new(other, token, organization);

    /// <summary>A creation that can be repeated until it is answered.</summary>
    public Task<Answer> PostOnceAsync(string path, string idempotencyKey, object body) => SendAsync(HttpMethod.Post, path, body, idempotencyKey);

    async Task<Answer> SendAsync(HttpMethod method, string path, object? body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var response = await host.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text.Length > 0 ? JsonElement.Parse(text) : default, response.Content.Headers.ContentType?.MediaType, response.Headers);
    }
}
