-- How many leads have a notify flag set. Counted by the database, so that whoever adds a lead near the limit reads one number
-- under the organization's row lock instead of counting half a million rows.
alter table organizations add column monitored_leads integer not null default 0;

-- Over the subscription's limit: the lead keeps everything and no job asks for it; the user keeps everything and cannot sign in.
alter table leads add column monitoring_paused boolean not null default false;
alter table users add column paused boolean not null default false;

create index leads_paused on leads (organization_id) where monitoring_paused;

create function count_monitored_leads() returns trigger language plpgsql as $$
begin
    update organizations o set monitored_leads = o.monitored_leads + n.leads
    from (select organization_id, case tg_op when 'INSERT' then count(*) else -count(*) end as leads
          from changed where notify_nearby_sales or notify_value_changes group by 1) n
    where o.id = n.organization_id;
    return null;
end
$$;

create trigger leads_added after insert on leads
    referencing new table as changed for each statement execute function count_monitored_leads();
create trigger leads_deleted after delete on leads
    referencing old table as changed for each statement execute function count_monitored_leads();

create function count_monitored_lead() returns trigger language plpgsql as $$
begin
    update organizations set monitored_leads = monitored_leads + case when new.notify_nearby_sales or new.notify_value_changes then 1 else -1 end
    where id = new.organization_id;
    return null;
end
$$;

create trigger leads_monitoring_changed after update of notify_nearby_sales, notify_value_changes on leads
    for each row when ((old.notify_nearby_sales or old.notify_value_changes) <> (new.notify_nearby_sales or new.notify_value_changes))
    execute function count_monitored_lead();

update organizations o set monitored_leads = n.leads
from (select organization_id, count(*) as leads from leads where notify_nearby_sales or notify_value_changes group by 1) n
where n.organization_id = o.id;

-- Tiers limited nothing until now: nobody is paused because of one that was never chosen.
update organizations o set subscription_tier = case when n.users > 50 or o.monitored_leads > 50000 then 'brokerage' else 'team' end
from (select organization_id, count(*) as users from users group by 1) n
where n.organization_id = o.id and o.subscription_tier <> 'brokerage'
  and (n.users > 50 or o.monitored_leads > 50000 or (o.subscription_tier = 'starter' and (n.users > 10 or o.monitored_leads > 10000)));
