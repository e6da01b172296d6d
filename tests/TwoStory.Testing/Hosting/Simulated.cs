using System.Net.Http.Json;
using System.Text.Json;

namespace TwoStory.Tests.Hosting;

/// <summary>One mail in the mailbox.</summary>
sealed record SentMail(IReadOnlyList<string> To, string Subject, string Html, string Text);

/// <summary>Reads and configures the simulated providers over HTTP.</summary>
static class Simulated
{
    /// <param name="fault">As POST /simulators/faults takes it.</param>
    public static async Task FaultAsync(this TestHost host, object fault)
    {
        using var answer = await host.Client.PostAsJsonAsync("/simulators/faults", fault);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task ClearFaultsAsync(this TestHost host)
    {
        using var answer = await host.Client.DeleteAsync("/simulators/faults");
        answer.EnsureSuccessStatusCode();
    }

    public static async Task SetValueAsync(this TestHost host, string address, decimal value)
    {
        using var answer = await host.Client.PostAsJsonAsync("/simulators/values", new { address, value });
        answer.EnsureSuccessStatusCode();
    }

    /// <returns>The number of requests to the provider for this operation since the start.</returns>
    public static async Task<int> CallsAsync(this TestHost host, string provider, string operation)
    {
        var calls = await host.Client.GetFromJsonAsync<JsonElement>("/simulators/calls");
        return calls.GetProperty(provider).GetProperty("byOperation").TryGetProperty(operation, out var count) ? count.GetInt32() : 0;
    }

    /// <returns>The mails that came to this address, oldest first.</returns>
    public static async Task<IReadOnlyList<SentMail>> MailAsync(this TestHost host, string to = "") =>
        [.. (await host.Client.GetFromJsonAsync<List<SentMail>>($"/mailbox.json?to={Uri.EscapeDataString(to)}"))!.AsEnumerable().Reverse()];

    /// <summary>Waits until the outbox is empty, and returns the mails.</summary>
    public static async Task<IReadOnlyList<SentMail>> MailSentAsync(this TestHost host, TestOrganization organization)
    {
        while ((await host.QueryAsync<long>(
            "select count(*) from email_outbox where organization_id = @Id and state in ('pending', 'sending')", new { organization.Id }))[0] > 0)
        {
            await Task.Delay(100);
        }
        return [.. (await Task.WhenAll(organization.Agents.Select(agent => host.MailAsync($"{agent:N}@test.example")))).SelectMany(mails => mails)];
    }
}
