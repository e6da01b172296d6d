using TwoStory.Core.Providers.Resend;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Email;

/// <summary>Password resets and invitations do not share the fate of other mail.</summary>
public sealed class SecurityMailTests(PostOffice office) : IClassFixture<PostOffice>, IAsyncLifetime
{
    static readonly string[] Alerts = ["alert-1@test.example", "alert-2@test.example"];

    static readonly string[] Order = ["first@test.example", "second@test.example", Alerts[0]];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => office.Host.ClearFaultsAsync();

    /// <summary>Records the size of each request, and parks the requests with a given recipient.</summary>
    sealed class PickySender(IEmailSender real, string? refused) : IEmailSender
    {
        public List<IReadOnlyList<string>> Requests { get; } = [];

        public Task<SendResult> SendAsync(string idempotencyKey, IReadOnlyList<string> payloads, CancellationToken cancel)
        {
            Requests.Add(payloads);
            return refused is not null && payloads.Any(payload => payload.Contains(refused, StringComparison.Ordinal))
                ? Task.FromResult(SendResult.Failed(403, "validation_error", null)) : real.SendAsync(idempotencyKey, payloads, cancel);
        }
    }

    [Fact]
    public async Task A_parked_batch_of_alerts_does_not_park_a_password_reset()
    {
        await office.WriteAsync(Alerts);
        await office.ResetPasswordAsync("forgot@test.example");
        var sender = new PickySender(office.Host.Get<IEmailSender>(), refused: Alerts[0]);

        Assert.Equal(1, await office.Through(sender).SendDueAsync(default));

        Assert.Equal([1, 2], sender.Requests.Select(request => request.Count));
        Assert.Equal(1, await office.ReceivedAsync("forgot@test.example"));
        Assert.All((await office.RowsAsync()).Where(row => Alerts.Contains(row.Recipient)), row => Assert.Equal("parked", row.State));
    }

    [Fact]
    public async Task A_password_reset_goes_before_parked_and_waiting_alerts_and_alone()
    {
        await office.WriteAsync(Alerts);
        await office.Host.FaultAsync(new { provider = "resend", fault = "status", status = 403, code = "invalid_api_key" });
        await office.SendAsync();
        await office.Host.ClearFaultsAsync();
        await office.PassWaitsAsync();
        await office.ResetPasswordAsync("first@test.example");
        await office.ResetPasswordAsync("second@test.example");
        var sender = new PickySender(office.Host.Get<IEmailSender>(), refused: "first@test.example");

        Assert.Equal(3, await office.Through(sender).SendDueAsync(default));

        Assert.Equal(Order, sender.Requests.Select(request => Order.Single(recipient => request[0].Contains(recipient, StringComparison.Ordinal))));
        // The link expires within an hour, so the next attempt comes within minutes.
        Assert.True((await office.Host.QueryAsync<bool>(
            "select not_before < now() + interval '6 minutes' from email_outbox where recipient = 'first@test.example' and state = 'parked'"))[0]);
    }
}
