-- What happened to accounts and to what they protect: written with it, never changed, read by owners.
create table audit_events (
    id uuid primary key,
    -- Null: an attempt at an account that nobody has; for operators only.
    organization_id uuid references organizations (id) on delete cascade,
    -- Who did it, or whose account was tried. No reference, and the name beside it: both outlive the user.
    user_id uuid,
    user_name text,
    action text not null,
    -- The id of what it was done to.
    subject text,
    detail text,
    ip_address text not null,
    request_id text not null,
    at timestamptz not null default clock_timestamp()
);

create index audit_events_newest on audit_events (organization_id, at desc, id desc);
create index audit_events_action on audit_events (organization_id, action, at desc, id desc);
create index audit_events_user on audit_events (organization_id, user_id, at desc, id desc);

call protect_tenant_table('audit_events');
revoke update, delete on audit_events from twostory_tenant;
