using Microsoft.Extensions.Logging.Abstractions;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Providers.Resend;
using TwoStory.Core.Reports;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Email;

/// <summary>A mail in the outbox as the database has it.</summary>
sealed record OutboxRow(string Recipient, string State, string? Error, int Attempts);

/// <summary>A host whose outbox is sent only by the test.</summary>
public sealed class PostOffice : IAsyncLifetime
{
    internal TestHost Host { get; private set; } = null!;

    internal TestOrganization Organization { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await TestHost.StartAsync(
            simulators: world => (world.DemoWorld, world.ResendLimit) = (false, null), time: new HostClock { StillFrom = TimeSpan.FromSeconds(1) },
            settings: new Dictionary<string, string?>
            {
                ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
                ["Upstreams:BreakAfter"] = "1000",
                ["Upstreams:Attempts"] = "2",
                ["Upstreams:Resend:Requests"] = "1000",
            });
        Organization = await Host.AddOrganizationAsync();
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Replaces the mails of earlier tests with mails to these addresses.</summary>
    internal async Task WriteAsync(params string[] recipients)
    {
        await Host.Database.ExecuteAsync("delete from email_outbox", null, default);
        var outbox = Host.Get<OutboxStore>();
        await Host.Database.Tenant(Organization.Id).TransactAsync(
            async transaction =>
            {
                foreach (var recipient in recipients) Assert.True(await EnqueueAsync(outbox, transaction, recipient));
                return true;
            }, default);
    }

    internal Task<bool> EnqueueAsync(OutboxStore outbox, Transaction transaction, string recipient) =>
        outbox.EnqueueAsync(transaction, Organization.Id, recipient, new RenderedEmail("test", $"To {recipient}", "<p>Hello</p>", "Hello"), recipient);

    internal Task<bool> ResetPasswordAsync(string recipient) => Host.Database.Tenant(Organization.Id).TransactAsync(
        transaction => Host.Get<OutboxStore>().EnqueueAsync(
            transaction, Organization.Id, recipient, PasswordResetEmail.Render($"https://app.example/?token={recipient}", 60), $"reset:{recipient}"), default);

    /// <summary>What the dashboard shows a user of this role.</summary>
    internal async Task<EmailProblems?> ProblemsAsync(Role role) =>
        (await Host.Get<Dashboard>().StatsAsync(new Caller(Organization.Agents[0], Organization.Id, role, "user@test.example", Guid.Empty), default)).Emails;

    internal Task<int> SendAsync() => Host.Get<OutboxSender>().SendDueAsync(default);

    internal OutboxSender Through(IEmailSender sender) => new(Host.Database, sender, TimeProvider.System, NullLogger<OutboxSender>.Instance);

    /// <summary>Ends all waits in the outbox.</summary>
    internal Task PassWaitsAsync() => Host.Database.ExecuteAsync("update email_outbox set not_before = now()", null, default);

    internal Task<IReadOnlyList<OutboxRow>> RowsAsync() => Host.QueryAsync<OutboxRow>("select recipient, state, error, attempts from email_outbox order by recipient");

    internal async Task<int> ReceivedAsync(string recipient) => (await Host.MailAsync(recipient)).Count;
}
