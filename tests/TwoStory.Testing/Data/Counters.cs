using TwoStory.Core.Data;

namespace TwoStory.Tests.Data;

/// <summary>Computes again what the triggers keep.</summary>
public static class Counters
{
    /// <summary>Fails if a counter or a current value differs from the rows that it stands for.</summary>
    /// <param name="database">The database as its owner or as a host, across organizations.</param>
    public static async Task RequireExactAsync(Database database)
    {
        var wrong = await database.QueryAsync<string>(
            """
            with newest as (
                select l.id, l.organization_id, l.owner_id, l.temperature, p.value, p.id as value_id
                from leads l left join lateral (
                    select p.id, p.value from property_values p where p.lead_id = l.id and p.home_version = l.home_version order by p.as_of desc, p.id desc limit 1) p on true
            ), leads_wrong as (
                select 'current value of lead ' || coalesce(n.id, c.lead_id) as what
                from newest n full join current_values c on c.lead_id = n.id
                where (n.organization_id, n.owner_id, n.temperature, n.value, n.value_id)
                    is distinct from (c.organization_id, c.owner_id, c.temperature, c.value, c.value_id)
            ), rows_counted as (
                select organization_id, owner_id, temperature, count(*) as leads, count(value) as valued, coalesce(sum(value), 0) as portfolio
                from newest group by 1, 2, 3
            ), kept as (
                select organization_id, owner_id, temperature, sum(leads) as leads, sum(valued) as valued, sum(portfolio) as portfolio
                from lead_counts group by 1, 2, 3
            ), counts_wrong as (
                select concat_ws(' ', temperature, 'leads of', owner_id, k.leads, k.valued, k.portfolio, 'not', r.leads, r.valued, r.portfolio)
                from rows_counted r full join kept k using (organization_id, owner_id, temperature)
                where (coalesce(r.leads, 0), coalesce(r.valued, 0), coalesce(r.portfolio, 0))
                    <> (coalesce(k.leads, 0), coalesce(k.valued, 0), coalesce(k.portfolio, 0))
            ), unread_wrong as (
                select concat_ws(' ', 'unread of', user_id, k.unread, 'not', r.unread)
                from (select organization_id, user_id, count(*) as unread from notifications where read_at is null group by 1, 2) r
                full join (select organization_id, user_id, sum(unread) as unread from unread_counts group by 1, 2) k using (organization_id, user_id)
                where coalesce(r.unread, 0) <> coalesce(k.unread, 0)
            )
            select * from leads_wrong union all select * from counts_wrong union all select * from unread_wrong
            """, null, default);
        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong: {string.Join("; ", wrong.Take(5))}");
    }
}
