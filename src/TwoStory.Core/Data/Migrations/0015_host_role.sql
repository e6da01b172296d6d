-- Hosts work as a role that owns nothing: it reads and writes rows, and changes no table, policy or trigger.
do $$
begin
    create role twostory_app nologin nosuperuser nobypassrls;
exception
    when duplicate_object or unique_violation then null;
end
$$;

-- The owner is a member, so that migrations still reach the rows once policies bind the owner too.
grant twostory_app to current_user;
grant usage on schema public to twostory_app;
grant select, insert, update, delete on all tables in schema public to twostory_app;
revoke insert, update, delete on schema_migrations from twostory_app;

-- Gives hosts a table that belongs to no organization. Every other table goes through protect_tenant_table.
create procedure grant_host_table(target regclass)
    language plpgsql as $$
begin
    execute format('grant select, insert, update, delete on %s to twostory_app', target);
end
$$;

create or replace procedure protect_tenant_table(target regclass, tenant_column name default 'organization_id')
    language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format(
        'create policy tenant on %s to twostory_tenant using (%I = (select current_organization())) with check (%I = (select current_organization()))',
        target, tenant_column, tenant_column);
    execute format('create policy host on %s to twostory_app using (true) with check (true)', target);
    execute format('grant select, insert, update, delete on %s to twostory_tenant', target);
    call grant_host_table(target);
end
$$;

do $$
declare
    target regclass;
begin
    for target in select polrelid::regclass from pg_policy where polname = 'tenant' loop
        execute format('alter table %s force row level security', target);
        execute format('create policy host on %s to twostory_app using (true) with check (true)', target);
    end loop;
end
$$;
