using TwoStory.Core.Data;
using TwoStory.Simulators.Mail;

namespace TwoStory.Tests.Crash;

/// <summary>The results of a run, without row ids, times and delivery details, which differ between runs.</summary>
sealed record NightResult(IReadOnlyDictionary<string, IReadOnlyList<string>> Parts)
{
    const string Rows =
        """
        select 'nearby_sales' as part, (to_jsonb(t) - '{id,found_at,decided_at}'::text[])::text as row from nearby_sales t
        union all
        select 'property_values', (to_jsonb(t) - '{id,created_at,decided_at}'::text[])::text from property_values t
        union all
        select 'valuations', to_jsonb(t)::text from valuations t
        union all
        select 'notifications', (to_jsonb(t) - '{id,created_at}'::text[])::text from notifications t
        union all
        select 'email_outbox', (to_jsonb(t) - '{id,batch_id,batch_order,handed_over_at,attempts,not_before,provider_id,error,created_at,sent_at}'::text[])::text from email_outbox t
        union all
        select 'density', sales_density::text from organizations where sales_density is not null
        union all
        select 'counts', r.state || concat_ws(' ', ' leads', r.plan ->> 'leads', 'matches', sum(b.matches), 'alerts', sum(b.alerts), 'emails', sum(b.emails), 'failures', sum(b.failures))
        from job_runs r left join job_batches b on b.run_id = r.id group by r.id
        """;

    sealed record Line(string Part, string Row);

    public int For(string part) => Parts.TryGetValue(part, out var rows) ? rows.Count : 0;

    public void AssertSame(NightResult calm, string where)
    {
        Assert.Equal(calm.Parts.Keys.Order(), Parts.Keys.Order());
        foreach (var (part, rows) in calm.Parts)
        {
            var found = Parts[part];
            var (missing, extra) = (rows.Except(found).FirstOrDefault("none"), found.Except(rows).FirstOrDefault("none"));
            Assert.True(rows.SequenceEqual(found), $"{part}: {found.Count} instead of {rows.Count}; {where}\nmissing: {missing}\nextra: {extra}");
        }
    }

    public static async Task<NightResult> ReadAsync(Database database, IEnumerable<Mail> mails)
    {
        var lines = await database.QueryAsync<Line>(Rows, null, default);
        var accepted = mails.Select(mail => new Line("mailbox", $"{string.Join(',', mail.To)}|{mail.From}|{mail.Subject}|{mail.Html}|{mail.Text}"));
        return new NightResult(lines.Concat(accepted).GroupBy(line => line.Part)
            .ToDictionary(part => part.Key, part => (IReadOnlyList<string>)[.. part.Select(line => line.Row).Order(StringComparer.Ordinal)]));
    }
}
