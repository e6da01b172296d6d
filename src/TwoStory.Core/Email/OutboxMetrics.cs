using System.Diagnostics.Metrics;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Resend;

namespace TwoStory.Core.Email;

/// <summary>Measures the outbox: the waiting e-mails, the age of the oldest, and the sent ones by outcome.</summary>
sealed class OutboxMetrics(Database database, TimeProvider time)
{
    // The one-machine host sends every second; the measurement is not needed as often.
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    static readonly Gauge<double> Age = Instrumentation.Meter.CreateGauge<double>(
        "twostory.outbox.age", "s", "The age of the oldest unsent e-mail; 0 without one.");

    static readonly Gauge<long> Waiting = Instrumentation.Meter.CreateGauge<long>("twostory.outbox.waiting", "{email}", "Unsent e-mails, by state.");

    static readonly Counter<long> Emails = Instrumentation.Meter.CreateCounter<long>(
        "twostory.outbox.emails", "{email}", "E-mails given to the provider, by outcome; an e-mail counts once for each try.");

    static readonly string[] States = ["pending", "sending", "parked"];

    long? measured;

    sealed record Row(string State, long Count, double Age);

    /// <summary>Measures the outbox, unless the last measurement is recent.</summary>
    public async Task MeasureAsync(CancellationToken cancel)
    {
        if (measured is { } last && time.GetElapsedTime(last) < Interval) return;
        measured = time.GetTimestamp();
        var rows = await database.QueryAsync<Row>(
            """
            select state, count(*) as count, greatest(0, extract(epoch from now() - min(created_at)))::double precision as age
            from email_outbox where state in ('pending', 'sending', 'parked') group by state
            """, null, cancel);
        foreach (var state in States)
        {
            Waiting.Record(rows.FirstOrDefault(row => row.State == state)?.Count ?? 0, new KeyValuePair<string, object?>("state", state));
        }
        Age.Record(rows.Select(row => row.Age).DefaultIfEmpty().Max());
    }

    public static void Count(int emails, SendOutcome outcome) => Emails.Add(emails, new KeyValuePair<string, object?>("outcome", WireName.From(outcome)));
}
