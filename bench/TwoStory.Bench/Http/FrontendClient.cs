using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace TwoStory.Bench.Http;

/// <summary>One user's browser: looks at lists, opens leads, adds, changes and deletes some of its own, and honours Retry-After.</summary>
sealed class FrontendClient(HttpClient http, Viewer viewer, int number, LoadTally tally)
{
    const int MostOwn = 20;

    readonly Random random = new(number);
    readonly List<string> own = [];
    readonly Queue<string> unread = new();
    string? nextPage;
    int added;
    bool wasRefused;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) await StepAsync();
    }

    // Of a hundred requests: 78 reads, and 22 that write or call a provider.
    Task StepAsync() => random.Next(100) switch
    {
        < 12 => ListAsync("leads: list", "leads"),
        < 18 => ListAsync("leads: by temperature", $"leads?temperature={(random.Next(2) == 0 ? "hot" : "cold")}&limit=50"),
        < 22 => ListAsync("leads: by text", $"leads?q=lead%20{random.Next(2_000)}"),
        < 30 => ListAsync("leads: next page", nextPage is null ? "leads" : $"leads?after={Uri.EscapeDataString(nextPage)}"),
        < 48 => SendAsync("lead: detail", HttpMethod.Get, $"leads/{(own.Count > 0 && random.Next(3) == 0 ? own[random.Next(own.Count)] : viewer.LeadId)}"),
        < 60 => NotificationsAsync(),
        < 66 => SendAsync("notifications: count", HttpMethod.Get, "notifications/unread-count"),
        < 78 => SendAsync("dashboard", HttpMethod.Get, "dashboard/stats"),
        < 85 => own.Count < MostOwn ? AddAsync() : DeleteAsync(),
        < 90 => own.Count > 0 ? ChangeAsync() : AddAsync(),
        < 94 => own.Count > 0 ? DeleteAsync() : AddAsync(),
        < 99 => unread.TryDequeue(out var id) ? SendAsync("notification: mark read", HttpMethod.Put, $"notifications/{id}/read") : NotificationsAsync(),
        _ => SendAsync("lead: refresh value", HttpMethod.Post, $"leads/{viewer.LeadId}/value/refresh"),
    };

    async Task ListAsync(string kind, string path)
    {
        if (await SendAsync(kind, HttpMethod.Get, path) is { } page) nextPage = page.GetProperty("next").GetString();
    }

    async Task NotificationsAsync()
    {
        if (await SendAsync("notifications: list", HttpMethod.Get, "notifications?unread=true") is not { } page) return;
        unread.Clear();
        foreach (var item in page.GetProperty("items").EnumerateArray()) unread.Enqueue(item.GetProperty("id").GetString()!);
    }

    async Task AddAsync()
    {
        var lead = new
        {
            name = $"New {number}",
            email = $"c{number}-{added++}@clients.example",
            latitude = 47.5 + (random.NextDouble() / 5),
            longitude = -122.3
        };
        if (await SendAsync("lead: add", HttpMethod.Post, "leads", lead) is { } made) own.Add(made.GetProperty("id").GetString()!);
    }

    Task ChangeAsync() => SendAsync("lead: change", HttpMethod.Put, $"leads/{own[random.Next(own.Count)]}",
        new { notes = $"Called {random.Next(100)} times.", temperature = "hot" });

    async Task DeleteAsync()
    {
        var id = own[^1];
        await SendAsync("lead: delete", HttpMethod.Delete, $"leads/{id}");
        if (!wasRefused) own.Remove(id);
    }

    async Task<JsonElement?> SendAsync(string kind, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"api/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", viewer.AccessToken);
        var start = Stopwatch.GetTimestamp();
        wasRefused = false;
        try
        {
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsByteArrayAsync();
            if (answer is { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait })
            {
                wasRefused = true;
                tally.For(kind).Refuse();
                await Task.Delay(wait + TimeSpan.FromMilliseconds(random.Next(1_000)));
                return null;
            }
            if (answer.IsSuccessStatusCode) tally.For(kind).Answered.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            else tally.Fail(kind, $"{(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(text)}");
            return answer.IsSuccessStatusCode && text.Length > 0 ? JsonElement.Parse(text) : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            tally.Fail(kind, failure.Message);
            return null;
        }
    }
}
