using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TwoStory.Tests.Api;

/// <summary>A response of the API.</summary>
/// <param name="Json">The body; undefined when there is none.</param>
public sealed record Answer(int Status, JsonElement Json, string? ContentType, HttpResponseHeaders Headers)
{
    public string Code => Json.GetProperty("code").GetString()!;

    public JsonElement this[string name] => Json.GetProperty(name);

    public string? Text(string name) => Json.GetProperty(name).GetString();

    public IReadOnlyList<JsonElement> Items => [.. Json.GetProperty("items").EnumerateArray()];
}

/// <summary>A client of the API over HTTP, with or without a session.</summary>
public sealed class ApiClient(ApiHost host, Uri root, string? token)
{
    public const string Password = "correct horse battery";

    static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) });

    public ApiHost Host => host;

    public Guid UserId { get; private init; }

    public Guid OrganizationId { get; private init; }

    public string Email { get; private init; } = "";

    public string AccessToken => token!;

    public string RefreshToken { get; private init; } = "";

    /// <summary>The caller that register, login or refresh just answered.</summary>
    public ApiClient As(JsonElement session) => new(host, root, session.GetProperty("accessToken").GetString())
    {
        RefreshToken = session.GetProperty("refreshToken").GetString()!,
        UserId = session.GetProperty("user").GetProperty("id").GetGuid(),
        OrganizationId = session.GetProperty("user").GetProperty("organizationId").GetGuid(),
        Email = session.GetProperty("user").GetProperty("email").GetString()!,
    };

    public ApiClient WithToken(string? other) => new(host, root, other);

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    public Task<Answer> PostAsync(string path, object? body = null) => SendAsync("POST", path, body);

    public Task<Answer> PutAsync(string path, object? body = null, string? ifMatch = null) =>
        SendAsync("PUT", path, body, ifMatch is null ? [] : [("If-Match", ifMatch)]);

    public Task<Answer> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <summary>Adds a lead with coordinates.</summary>
    public async Task<Answer> AddLeadAsync(string name, string? email)
    {
        var answer = await PostAsync("leads", new { name, email, latitude = 47.6062, longitude = -122.3321 });
        Assert.Equal(201, answer.Status);
        return answer;
    }

    /// <param name="body">Sent as it is when it is a text, else as JSON.</param>
    public async Task<Answer> SendAsync(string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(root, path.StartsWith('/') ? path : $"/api/{path}"));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = text.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true
            ? JsonElement.Parse(text) : default;
        Assert.True((int)response.StatusCode != 500, host.Errors.Last);
        return new Answer((int)response.StatusCode, json, response.Content.Headers.ContentType?.MediaType, response.Headers);
    }
}
