using System.Diagnostics;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Crash;

/// <summary>Reads leads, and adds leads with retries, during outages. Accepts only successful responses and 503.</summary>
sealed class OutageClient(HostClient caller)
{
    // Far more than an honest answer takes on a busy machine, and less than the wait for a timeout of the driver.
    static readonly TimeSpan Hang = TimeSpan.FromSeconds(12);

    static readonly string[] Reads = ["leads", "dashboard/stats", "notifications", "health"];

    public int Answered { get; private set; }

    public int Refused { get; private set; }

    public TimeSpan Longest { get; private set; }

    public List<string> Kept { get; } = [];

    public async Task CallAsync(CancellationToken end)
    {
        for (var number = 0; !end.IsCancellationRequested; number++)
        {
            foreach (var path in Reads) await IsAnsweredAsync(caller.GetAsync(path));
            await StoreAsync($"Kept-{Guid.NewGuid()}");
        }
    }

    async Task StoreAsync(string name)
    {
        var lead = new { name, latitude = 10, longitude = 10, notifyNearbySales = false, notifyValueChanges = false };
        while (!await IsAnsweredAsync(caller.PostOnceAsync("leads", name, lead)))
        {
            await Task.Delay(100);
        }
        Kept.Add(name);
    }

    async Task<bool> IsAnsweredAsync(Task<Answer> pending)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await pending.WaitAsync(Hang);
        var took = Stopwatch.GetElapsedTime(started);
        if (took > Longest) Longest = took;
        if (answer.Status is 200 or 201)
        {
            Answered++;
            return true;
        }
        Assert.Equal((503, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal("database_unavailable", answer.Code);
        Assert.NotNull(answer.Headers.RetryAfter);
        Refused++;
        return false;
    }
}
