-- What an organization has asked of a provider this month, beside the most that it wants to ask. One row, whose lock decides
-- who of many gets the last request, and which holds the cap itself: a statement that waited for the lock sees the cap as it is.
create table usage_budgets (
    organization_id uuid not null references organizations (id) on delete cascade,
    provider text not null check (provider in ('spark', 'rentcast')),
    -- Requests a calendar month; null for no cap.
    cap integer check (cap >= 0),
    -- The month that the counts are of: its first day, UTC.
    month date not null,
    calls integer not null default 0,
    -- Those of them that value a home and did not fail, which the subscription limits.
    valuations integer not null default 0,
    primary key (organization_id, provider)
) with (fillfactor = 50);

call protect_tenant_table('usage_budgets');

insert into usage_budgets (organization_id, provider, month, calls, valuations)
select organization_id, provider, date_trunc('month', day)::date, sum(calls),
    coalesce(sum(calls - failures) filter (where provider = 'rentcast' and operation = 'value'), 0)
from api_usage
where organization_id is not null and provider in ('spark', 'rentcast') and day >= date_trunc('month', now() at time zone 'UTC')
group by 1, 2, 3;
