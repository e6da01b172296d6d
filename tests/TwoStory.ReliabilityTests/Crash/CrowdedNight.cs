using TwoStory.Core.Data;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Crash;

/// <summary>The results of several hosts.</summary>
/// <param name="Sales">Lead, sale and decision.</param>
/// <param name="Mails">Whose text it is, and when the transaction that decided began.</param>
/// <param name="Wrong">Violations: open runs, failed batches, deadlocks, errors in the logs.</param>
sealed record CrowdedNight(
    IReadOnlyList<string> Sales, IReadOnlyList<string> Values, IReadOnlyList<string> Notifications, IReadOnlyList<CrowdedNight.Mail> Mails,
    IReadOnlyList<ProviderUse> Use, IReadOnlyList<string> Wrong)
{
    const string StableMark = "Stable-";

    public sealed record Mail(string Template, string Payload, DateTime CreatedAt);

    public static async Task<CrowdedNight> ReadAsync(Database database, TestHost providers, ErrorLog log) => new(
        await LinesAsync(database, "select l.name || ' ' || s.sale_key || ' ' || coalesce(s.decision, 'pending') from nearby_sales s join leads l on l.id = s.lead_id order by 1"),
        await LinesAsync(database, "select l.name || ' ' || v.as_of || ' ' || v.value || ' ' || coalesce(v.decision, 'pending') from property_values v join leads l on l.id = v.lead_id order by 1"),
        await LinesAsync(database, "select l.name || ' ' || n.user_id || ' ' || n.cause from notifications n left join leads l on l.id = n.lead_id order by 1"),
        await database.QueryAsync<Mail>("select template, payload, created_at from email_outbox", null, default),
        await ProviderUse.ReadAsync(providers, database),
        [
            .. await LinesAsync(database, "select 'run ' || kind || ' ' || state || coalesce(error_code, '') from job_runs where state <> 'completed'"),
            .. await LinesAsync(database, "select 'batch ' || state || ' ' || errors from job_batches where state <> 'done' or failures > 0"),
            .. await LinesAsync(database, "select 'mail ' || state || coalesce(error, '') from email_outbox where state <> 'sent'"),
            .. await LinesAsync(database, "select 'deadlocks: ' || deadlocks from pg_stat_database where datname = current_database() and deadlocks > 0"),
            .. log.All,
        ]);

    /// <summary>Leads that no user changed have the same sales, values and notifications, and are in one mail of each kind.</summary>
    public void AssertStableAs(CrowdedNight alone)
    {
        Assert.Equal(Stable(alone.Sales), Stable(Sales));
        Assert.Equal(Stable(alone.Values), Stable(Values));
        Assert.Equal(Stable(alone.Notifications), Stable(Notifications));
        foreach (var lead in Stable(Notifications).Select(line => line.Split(' ')[0]).Distinct())
        {
            Assert.Equal(alone.MailsAbout(lead), MailsAbout(lead));
        }
        Assert.Equal(Sales.Count, Sales.Select(line => string.Join(' ', line.Split(' ')[..2])).Distinct().Count());
        Assert.DoesNotContain(Sales.Concat(Values), line => line.EndsWith("pending", StringComparison.Ordinal));
    }

    /// <summary>No decision after the deletion of a lead reports it.</summary>
    public void AssertNoDeletedLeadReported(IEnumerable<BusyUser> users)
    {
        foreach (var (name, at) in users.SelectMany(user => user.Deleted))
        {
            Assert.DoesNotContain(Mails, mail => mail.CreatedAt > at && mail.Payload.Contains(name, StringComparison.Ordinal));
            Assert.DoesNotContain(Notifications, line => line.StartsWith(name, StringComparison.Ordinal));
        }
    }

    static IEnumerable<string> Stable(IEnumerable<string> lines) => lines.Where(line => line.StartsWith(StableMark, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    IEnumerable<string> MailsAbout(string lead) => Mails.Where(mail => mail.Payload.Contains(lead, StringComparison.Ordinal)).Select(mail => mail.Template).Order();

    static Task<IReadOnlyList<string>> LinesAsync(Database database, string sql) => database.QueryAsync<string>(sql, null, default);
}
