using System.Collections.Concurrent;
using TwoStory.Core.Data;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Crash;

/// <summary>A lead that users may do anything with.</summary>
sealed record WorkedLead(Guid Id, string Name, double Latitude, double Longitude);

/// <summary>A user who edits, reassigns, refreshes, adds and deletes leads over HTTP without pauses.</summary>
sealed class BusyUser(HostClient caller, Database database, IReadOnlyList<Guid> agents, IReadOnlyList<WorkedLead> leads, Random random)
{
    // Answers that follow from others having been faster.
    static readonly int[] Fine = [200, 201, 204, 404, 409];

    /// <summary>Names of leads that were deleted, and when the answer was there, by the database's clock.</summary>
    public ConcurrentBag<(string Name, DateTime At)> Deleted { get; } = [];

    public int Done { get; private set; }

    public int Added { get; private set; }

    public int HandedOver { get; private set; }

    public async Task WorkAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var answer = await DoAsync(leads[random.Next(leads.Count)]);
            Assert.True(Fine.Contains(answer.Status), $"{answer.Status}: {answer.Json}");
            Done++;
        }
    }

    Task<Answer> DoAsync(WorkedLead lead) => random.Next(20) switch
    {
        0 => DeleteAsync(lead),
        < 4 => AddAsync(lead),
        < 8 => HandOverAsync(lead),
        < 11 => caller.PostAsync($"leads/{lead.Id}/nearby-sales/refresh"),
        < 13 => caller.PutAsync($"leads/{lead.Id}", new { notifyNearbySales = random.Next(3) > 0 }),
        < 15 => caller.PutAsync($"leads/{lead.Id}", new { radiusMiles = 0.2 + (0.1 * random.Next(4)) }),
        < 18 => caller.PutAsync($"leads/{lead.Id}", new { temperature = random.Next(2) == 0 ? "hot" : "cold" }),
        _ => caller.GetAsync($"leads/{lead.Id}"),
    };

    Task<Answer> AddAsync(WorkedLead near)
    {
        Added++;
        return caller.PostAsync("leads", new { name = $"Added-{Guid.NewGuid()}", near.Latitude, near.Longitude, radiusMiles = 0.3, ownerId = Agent(), force = true });
    }

    Task<Answer> HandOverAsync(WorkedLead lead)
    {
        HandedOver++;
        return caller.PutAsync($"leads/{lead.Id}", new { ownerId = Agent() });
    }

    async Task<Answer> DeleteAsync(WorkedLead lead)
    {
        var answer = await caller.DeleteAsync($"leads/{lead.Id}");
        if (answer.Status == 204) Deleted.Add((lead.Name, await database.QueryFirstAsync<DateTime>("select clock_timestamp()", null, default)));
        return answer;
    }

    Guid Agent() => agents[random.Next(agents.Count)];
}
