-- The role that tenant work runs as: it owns nothing and cannot bypass a policy.
do $$
begin
    create role twostory_tenant nologin nosuperuser nobypassrls;
exception
    when duplicate_object or unique_violation then null;
end
$$;

grant twostory_tenant to current_user;
grant usage on schema public to twostory_tenant;

-- The organization of the current transaction; null outside one, and then every policy refuses.
create function current_organization() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('app.organization_id', true), '')::uuid;

-- Puts a table under the tenancy policy. Every table with an organization_id calls it.
create procedure protect_tenant_table(target regclass, tenant_column name default 'organization_id')
    language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format(
        'create policy tenant on %s to twostory_tenant using (%I = (select current_organization())) with check (%I = (select current_organization()))',
        target, tenant_column, tenant_column);
    execute format('grant select, insert, update, delete on %s to twostory_tenant', target);
end
$$;
