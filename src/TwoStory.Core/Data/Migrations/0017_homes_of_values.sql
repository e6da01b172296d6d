-- A lead can get another home: its address is corrected, or its owner moves. Values belong to the home that they were asked for.
-- The identity follows the question to the AVM: by address when there is a street with a city or a ZIP code, else by point.
create function home_identity(
    street text, city text, postal_code text, home_key text, latitude double precision, longitude double precision)
    returns text language sql stable as $$
    select case when btrim(coalesce(street, '')) <> '' and (btrim(coalesce(city, '')) <> '' or btrim(coalesce(postal_code, '')) <> '')
        then home_key else latitude || ',' || longitude end
$$;

alter table leads add column home_version integer not null default 1;

create function count_home_version() returns trigger language plpgsql as $$
begin
    new.home_version := old.home_version + 1;
    return new;
end
$$;

create trigger leads_home_changed before update on leads
    for each row when (
        home_identity(old.street, old.city, old.postal_code, old.home_key, old.latitude, old.longitude)
        is distinct from home_identity(new.street, new.city, new.postal_code, new.home_key, new.latitude, new.longitude))
    execute function count_home_version();

-- The version of the lead's home, and what the AVM was sent about it. Null: valued before this was recorded.
alter table property_values add column home_version integer not null default 1, add column attributes jsonb;

-- Postponed: the provider was away, so nothing is known about the home, and it is still due.
alter table valuations
    add column home_version integer not null default 1, add column attributes jsonb, add column told_attributes jsonb,
    add column postponed boolean not null default false;

-- Great-circle miles on the mean sphere, as the program measures.
create function miles_between(latitude double precision, longitude double precision, other_latitude double precision, other_longitude double precision)
    returns double precision language sql immutable as $$
    select 2 * 6371.0088 / 1.609344 * asin(sqrt(least(1,
        sin(radians(other_latitude - latitude) / 2) ^ 2
        + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(radians(other_longitude - longitude) / 2) ^ 2)))
$$;

-- The point of the lead that the distance was measured from. Null: found before this was recorded.
alter table nearby_sales add column lead_latitude double precision, add column lead_longitude double precision;

-- What a run did not do, in leads.
alter table job_batches add column not_watched integer not null default 0, add column postponed integer not null default 0;
alter table job_runs add column refused integer not null default 0, add column postponed integer not null default 0;

-- The recipient was removed while the message was part of a request that may have to be repeated byte for byte.
alter table email_outbox add column canceled boolean not null default false;

-- What owners and admins see on the dashboard.
create index email_outbox_problems on email_outbox (organization_id, created_at desc) where state in ('parked', 'failed');

-- A lead's current value is the newest of its present home.
create or replace function refresh_current_values(touched uuid[]) returns void language plpgsql as $$
begin
    perform from current_values c where c.lead_id = any (touched) order by c.lead_id for no key update;
    update current_values c set value = n.value, value_id = n.id
    from (
        select l.organization_id, l.id as lead_id, newest.id, newest.value
        from leads l left join lateral (
            select p.id, p.value from property_values p
            where p.organization_id = l.organization_id and p.lead_id = l.id and p.home_version = l.home_version
            order by p.as_of desc, p.id desc limit 1) newest on true
        where l.id = any (touched)) n
    where c.organization_id = n.organization_id and c.lead_id = n.lead_id and (c.value, c.value_id) is distinct from (n.value, n.id);
end
$$;

create function follow_homes() returns trigger language plpgsql as $$
declare
    touched uuid[];
begin
    select array_agg(a.id) into touched from added a join removed r on r.id = a.id where a.home_version <> r.home_version;
    if touched is not null then perform refresh_current_values(touched); end if;
    return null;
end
$$;

create trigger leads_home_followed after update on leads
    referencing old table as removed new table as added for each statement execute function follow_homes();

-- A valuation of today can be replaced by one of another home.
create or replace function follow_values() returns trigger language plpgsql as $$
declare
    touched uuid[];
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct lead_id) into touched from added;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct lead_id) into touched from removed;
    else
        select array_agg(distinct changed.lead_id) into touched
        from added a join removed r on r.id = a.id, lateral (values (a.lead_id), (r.lead_id)) changed (lead_id)
        where (a.value, a.as_of, a.lead_id, a.home_version) <> (r.value, r.as_of, r.lead_id, r.home_version);
    end if;
    if touched is not null then perform refresh_current_values(touched); end if;
    return null;
end
$$;
