using System.Diagnostics.Metrics;
using System.Globalization;
using TwoStory.Core.Accounts;
using TwoStory.Core.Email;
using TwoStory.Core.Providers.Resend;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Email;

/// <summary>Each mail arrives once, with any fault between the outbox and the provider.</summary>
public sealed class OutboxSenderTests(PostOffice office) : IClassFixture<PostOffice>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => office.Host.ClearFaultsAsync();

    /// <summary>Dies at a point of the sending, as a process does.</summary>
    sealed class DyingSender(IEmailSender real, bool afterAcceptance) : IEmailSender
    {
        public async Task<SendResult> SendAsync(string idempotencyKey, IReadOnlyList<string> payloads, CancellationToken cancel)
        {
            if (afterAcceptance) await real.SendAsync(idempotencyKey, payloads, cancel);
            throw new InvalidOperationException("The process died.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sender_that_dies_before_or_after_acceptance_sends_once(bool afterAcceptance)
    {
        var recipients = Recipients($"died-{afterAcceptance}", 3);
        await office.WriteAsync(recipients);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => office.Through(new DyingSender(office.Host.Get<IEmailSender>(), afterAcceptance)).SendDueAsync(default));

        // Until its lease expires, no other sender claims the mails of the dead one.
        Assert.Equal(0, await office.SendAsync());
        await office.PassWaitsAsync();
        Assert.Equal(3, await office.SendAsync());

        await AssertSentOnceAsync(recipients);
    }

    [Fact]
    public async Task A_mail_that_opens_something_is_kept_only_until_it_is_sent()
    {
        await office.WriteAsync();
        var recipient = Recipients("secret", 1)[0];
        await office.Host.Database.Tenant(office.Organization.Id).TransactAsync(
            transaction => office.Host.Get<OutboxStore>().EnqueueAsync(
                transaction, office.Organization.Id, recipient, PasswordResetEmail.Render("https://app.example/?token=opens", 60), recipient), default);
        await office.Host.FaultAsync(new { provider = "resend", fault = "status", status = 500 });
        Assert.Equal(0, await office.SendAsync());
        Assert.Contains("token=opens", await PayloadAsync(), StringComparison.Ordinal);

        await office.Host.ClearFaultsAsync();
        await office.PassWaitsAsync();
        Assert.Equal(1, await office.SendAsync());

        Assert.Equal("", await PayloadAsync());
        Assert.Equal(1, await office.ReceivedAsync(recipient));

        async Task<string> PayloadAsync() => (await office.Host.QueryAsync<string>("select payload from email_outbox where recipient = @recipient", new { recipient }))[0];
    }

    [Theory]
    [InlineData("reset", null, null, true, "connection lost after it was accepted")]
    [InlineData("stall", null, null, true, "no answer after it was accepted")]
    [InlineData("truncated", null, null, false, "half an answer")]
    [InlineData("notJson", null, null, true, "an answer that is none")]
    [InlineData("status", 500, null, true, "an error although it was accepted")]
    [InlineData("status", 500, null, false, "an error")]
    [InlineData("status", 429, "rate_limit_exceeded", false, "the rate limit")]
    [InlineData("status", 409, "concurrent_idempotent_requests", true, "the same request under way")]
    public async Task A_provider_that_fails_sends_once_when_it_is_well_again(string fault, int? status, string? code, bool after, string what)
    {
        var recipients = Recipients($"fault{fault}{status}{after}", 3);
        await office.WriteAsync(recipients);
        await office.Host.FaultAsync(new { provider = "resend", fault, status, code, after, seconds = fault == "stall" ? 0.2 : (double?)null });

        Assert.Equal(0, await office.SendAsync());
        Assert.All(await office.RowsAsync(), row => Assert.Equal(("sending", true), (row.State, row.Error is not null)));
        await office.Host.ClearFaultsAsync();
        await office.PassWaitsAsync();
        Assert.True(await office.SendAsync() == 3, what);

        await AssertSentOnceAsync(recipients);
    }

    [Fact]
    public async Task A_key_that_the_provider_knows_with_another_payload_is_not_sent_again()
    {
        var recipients = Recipients("reused", 2);
        await office.WriteAsync(recipients);
        await office.Host.FaultAsync(new { provider = "resend", fault = "status", status = 409, code = "invalid_idempotent_request", after = true });

        await office.SendAsync();
        await office.Host.ClearFaultsAsync();
        await office.PassWaitsAsync();

        Assert.Equal(0, await office.SendAsync());
        await AssertSentOnceAsync(recipients);
    }

    [Fact]
    public async Task One_bad_recipient_does_not_delay_the_others()
    {
        var good = Recipients("among", 4);
        await office.WriteAsync([.. good, "unknown"]);

        await office.SendAsync();

        Assert.All(await office.RowsAsync(), row => Assert.Equal(row.Recipient == "unknown" ? "failed" : "sent", row.State));
        Assert.Equal("validation_error", (await office.RowsAsync()).Single(row => row.Recipient == "unknown").Error);
        Assert.All(await Task.WhenAll(good.Select(office.ReceivedAsync)), received => Assert.Equal(1, received));
    }

    [Theory]
    [InlineData(429, "daily_quota_exceeded")]
    [InlineData(429, "monthly_quota_exceeded")]
    [InlineData(403, "invalid_api_key")]
    public async Task A_spent_quota_or_a_bad_key_parks_the_mail_until_later(int status, string code)
    {
        var recipients = Recipients($"parked{code}", 2);
        await office.WriteAsync(recipients);
        await office.Host.FaultAsync(new { provider = "resend", fault = "status", status, code });

        await office.SendAsync();

        Assert.All(await office.RowsAsync(), row => Assert.Equal(("parked", code), (row.State, row.Error)));
        Assert.True((await office.Host.QueryAsync<bool>("select bool_and(not_before > now() + interval '30 minutes') from email_outbox"))[0]);
        await office.Host.ClearFaultsAsync();
        Assert.Equal(0, await office.SendAsync());
        // However long it was parked: the provider never had it.
        await office.Host.Database.ExecuteAsync("update email_outbox set created_at = now() - interval '10 days'", null, default);
        await office.PassWaitsAsync();
        Assert.Equal(2, await office.SendAsync());
        await AssertSentOnceAsync(recipients);
    }

    [Fact]
    public async Task A_message_possibly_sent_a_day_ago_is_not_sent_again()
    {
        var recipients = Recipients("forgotten", 2);
        await office.WriteAsync(recipients);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => office.Through(new DyingSender(office.Host.Get<IEmailSender>(), afterAcceptance: true)).SendDueAsync(default));
        await office.Host.Database.ExecuteAsync("update email_outbox set handed_over_at = now() - interval '24 hours'", null, default);
        await office.PassWaitsAsync();
        var counted = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "twostory.email.undelivered") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, count, tags, _) =>
        {
            if (tags.ToArray().Contains(new("error", "outcome_unknown"))) Interlocked.Add(ref counted, count);
        });
        listener.Start();

        Assert.Equal(0, await office.SendAsync());

        Assert.Equal(2, counted);
        var emails = await office.ProblemsAsync(Role.Admin);
        Assert.Equal((0, 2, 0), (emails!.Parked, emails.OutcomeUnknown, emails.Undelivered));
        Assert.Equal(recipients.Select(to => (to, "test", "outcome_unknown")).Order(), emails.Newest.Select(mail => (mail.Recipient, mail.Kind, mail.Error)).Order());
        Assert.Null(await office.ProblemsAsync(Role.Agent));
        Assert.All(await office.RowsAsync(), row => Assert.Equal(("failed", "outcome_unknown"), (row.State, row.Error)));
        Assert.All(await Task.WhenAll(recipients.Select(office.ReceivedAsync)), received => Assert.Equal(1, received));
    }

    [Fact]
    public async Task Senders_at_once_send_each_mail_once()
    {
        var recipients = Recipients("crowd", 350);
        await office.WriteAsync(recipients);

        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => office.SendAsync()));

        Assert.Equal(350, sent.Sum());
        var received = (await office.Host.MailAsync("crowd-")).Select(mail => mail.To[0]).ToList();
        Assert.Equal(recipients.Order(), received.Order());
        Assert.DoesNotContain(await office.RowsAsync(), row => row.State != "sent");
    }

    static string[] Recipients(string name, int count) =>
        [.. Enumerable.Range(0, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}-{number:000}@test.example").ToLowerInvariant())];

    async Task AssertSentOnceAsync(string[] recipients)
    {
        Assert.All(await office.RowsAsync(), row => Assert.Equal("sent", row.State));
        Assert.All(await Task.WhenAll(recipients.Select(office.ReceivedAsync)), received => Assert.Equal(1, received));
    }
}
