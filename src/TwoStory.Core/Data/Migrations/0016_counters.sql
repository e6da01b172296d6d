-- Enters the tenant and checks the session in the round trip of the query. Raises an error instead of returning false, so that the
-- error aborts the batch and no statement runs outside of the tenant role. It cannot be "security definer": those may not change the role.
create function enter_session(entered uuid, caller uuid, family uuid, version integer, claimed_role text) returns void language plpgsql as $$
declare
    setting text := set_config('app.organization_id', entered::text, true);
    present record;
begin
    setting := set_config('role', 'twostory_tenant', true);
    select u.role, u.paused into present
    from users u
    where u.organization_id = entered and u.id = caller and u.session_version = version
      and exists (
          select from refresh_tokens t
          where t.organization_id = entered and t.user_id = u.id and t.family_id = family and t.revoked_at is null);
    if not found then raise exception using errcode = 'TS401', message = 'The session has ended.'; end if;
    if present.paused then raise exception using errcode = 'TS403', message = 'The user is paused.'; end if;
    if present.role <> claimed_role then raise exception using errcode = 'TS409', message = 'The user has another role.'; end if;
end
$$;

-- The newest value of each lead, with what it counts under. All writers that change one of these lock this row, so that the counters
-- follow from its changes alone. Writers of values lock the rows in the order of their leads.
create table current_values (
    lead_id uuid primary key,
    organization_id uuid not null,
    owner_id uuid not null,
    temperature text not null,
    value numeric(14, 2),
    value_id uuid,
    foreign key (organization_id, lead_id) references leads (organization_id, id) on delete cascade
);

-- The counters of one key are the sum of its rows. A writer updates a row that no other transaction has locked, or adds one: it never
-- waits, so counters cause no deadlock, and a key has at most as many rows as it ever had writers at once. There is no foreign key,
-- because the deletion of an organization counts its leads down after it.
create table lead_counts (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null,
    owner_id uuid not null,
    temperature text not null,
    leads bigint not null,
    valued bigint not null,
    portfolio numeric not null
) with (fillfactor = 50);
create index lead_counts_key on lead_counts (organization_id, owner_id, temperature);

create table unread_counts (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null,
    user_id uuid not null,
    unread bigint not null
) with (fillfactor = 50);
create index unread_counts_key on unread_counts (organization_id, user_id);

call protect_tenant_table('current_values');
call protect_tenant_table('lead_counts');
call protect_tenant_table('unread_counts');

create function add_lead_counts(organization uuid, owner uuid, heat text, more_leads bigint, more_valued bigint, more_value numeric) returns void
    language plpgsql as $$
declare free uuid;
begin
    select c.id into free from lead_counts c
    where c.organization_id = organization and c.owner_id = owner and c.temperature = heat limit 1 for no key update skip locked;
    if found then
        update lead_counts c set leads = c.leads + more_leads, valued = c.valued + more_valued, portfolio = c.portfolio + more_value
        where c.organization_id = organization and c.id = free;
    else
        insert into lead_counts (organization_id, owner_id, temperature, leads, valued, portfolio)
        values (organization, owner, heat, more_leads, more_valued, more_value);
    end if;
end
$$;

create function add_unread_counts(organization uuid, reader uuid, more bigint) returns void language plpgsql as $$
declare free uuid;
begin
    select c.id into free from unread_counts c where c.organization_id = organization and c.user_id = reader limit 1 for no key update skip locked;
    if found then
        update unread_counts c set unread = c.unread + more where c.organization_id = organization and c.id = free;
    else
        insert into unread_counts (organization_id, user_id, unread) values (organization, reader, more);
    end if;
end
$$;

create function count_leads() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform add_lead_counts(organization_id, owner_id, temperature, count(*), count(value), coalesce(sum(value), 0))
        from added group by organization_id, owner_id, temperature;
    elsif tg_op = 'DELETE' then
        perform add_lead_counts(organization_id, owner_id, temperature, -count(*), -count(value), -coalesce(sum(value), 0))
        from removed group by organization_id, owner_id, temperature;
    else
        perform add_lead_counts(c.organization_id, c.owner_id, c.temperature, c.leads, c.valued, c.portfolio)
        from (
            select organization_id, owner_id, temperature, sum(n)::bigint as leads,
                coalesce(sum(n) filter (where value is not null), 0)::bigint as valued, coalesce(sum(n * value), 0) as portfolio
            from (select 1 as n, a.* from added a union all select -1, r.* from removed r) changed
            group by organization_id, owner_id, temperature) c
        where (c.leads, c.valued, c.portfolio) <> (0, 0, 0);
    end if;
    return null;
end
$$;
create trigger current_values_added after insert on current_values referencing new table as added for each statement execute function count_leads();
create trigger current_values_changed after update on current_values
    referencing old table as removed new table as added for each statement execute function count_leads();
create trigger current_values_removed after delete on current_values referencing old table as removed for each statement execute function count_leads();

create function count_unread() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform add_unread_counts(organization_id, user_id, count(*)) from added where read_at is null group by organization_id, user_id;
    elsif tg_op = 'DELETE' then
        perform add_unread_counts(organization_id, user_id, -count(*)) from removed where read_at is null group by organization_id, user_id;
    else
        perform add_unread_counts(c.organization_id, c.user_id, c.unread)
        from (
            select organization_id, user_id, sum(n)::bigint as unread
            from (
                select 1 as n, a.organization_id, a.user_id from added a where a.read_at is null
                union all select -1, r.organization_id, r.user_id from removed r where r.read_at is null) changed
            group by organization_id, user_id) c
        where c.unread <> 0;
    end if;
    return null;
end
$$;
create trigger notifications_added after insert on notifications referencing new table as added for each statement execute function count_unread();
create trigger notifications_changed after update on notifications
    referencing old table as removed new table as added for each statement execute function count_unread();
create trigger notifications_removed after delete on notifications referencing old table as removed for each statement execute function count_unread();

create function follow_leads() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into current_values (lead_id, organization_id, owner_id, temperature)
        select id, organization_id, owner_id, temperature from added order by id;
    elsif exists (select from added a join removed r on r.id = a.id where (a.owner_id, a.temperature) <> (r.owner_id, r.temperature)) then
        perform from current_values c join added a on c.organization_id = a.organization_id and c.lead_id = a.id
        order by c.lead_id for no key update of c;
        update current_values c set owner_id = a.owner_id, temperature = a.temperature from added a
        where c.organization_id = a.organization_id and c.lead_id = a.id and (c.owner_id, c.temperature) <> (a.owner_id, a.temperature);
    end if;
    return null;
end
$$;
create trigger leads_followed after insert on leads referencing new table as added for each statement execute function follow_leads();
create trigger leads_changed after update on leads referencing old table as removed new table as added for each statement execute function follow_leads();

-- The rows are locked in one statement and read in the next, which therefore sees the values of everybody who had locked them before.
create function refresh_current_values(touched uuid[]) returns void language plpgsql as $$
begin
    perform from current_values c where c.lead_id = any (touched) order by c.lead_id for no key update;
    update current_values c set value = n.value, value_id = n.id
    from (
        select l.organization_id, l.id as lead_id, newest.id, newest.value
        from leads l left join lateral (
            select p.id, p.value from property_values p
            where p.organization_id = l.organization_id and p.lead_id = l.id
            order by p.as_of desc, p.id desc limit 1) newest on true
        where l.id = any (touched)) n
    where c.organization_id = n.organization_id and c.lead_id = n.lead_id and (c.value, c.value_id) is distinct from (n.value, n.id);
end
$$;

create function follow_values() returns trigger language plpgsql as $$
declare touched uuid[];
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct lead_id) into touched from added;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct lead_id) into touched from removed;
    else
        select array_agg(distinct changed.lead_id) into touched
        from added a join removed r on r.id = a.id, lateral (values (a.lead_id), (r.lead_id)) changed (lead_id)
        where (a.value, a.as_of, a.lead_id) <> (r.value, r.as_of, r.lead_id);
    end if;
    if touched is not null then perform refresh_current_values(touched); end if;
    return null;
end
$$;
create trigger property_values_added after insert on property_values referencing new table as added for each statement execute function follow_values();
create trigger property_values_changed after update on property_values
    referencing old table as removed new table as added for each statement execute function follow_values();
create trigger property_values_removed after delete on property_values referencing old table as removed for each statement execute function follow_values();

-- The rows that exist. The triggers above wait for running writers, so none is missed.
insert into current_values (lead_id, organization_id, owner_id, temperature, value, value_id)
select l.id, l.organization_id, l.owner_id, l.temperature, newest.value, newest.id
from leads l left join lateral (
    select p.id, p.value from property_values p
    where p.organization_id = l.organization_id and p.lead_id = l.id
    order by p.as_of desc, p.id desc limit 1) newest on true;

insert into unread_counts (organization_id, user_id, unread)
select organization_id, user_id, count(*) from notifications where read_at is null group by 1, 2;
