create table organizations (
    id uuid primary key,
    name text not null check (length(name) between 1 and 200),
    subscription_tier text not null default 'starter' check (subscription_tier in ('starter', 'team', 'brokerage')),
    time_zone text not null,
    radius_miles numeric not null default 1 check (radius_miles > 0 and radius_miles <= 50),
    window_days integer not null default 7 check (window_days between 1 and 45),
    value_change_percent numeric(5, 2) not null default 2 check (value_change_percent > 0 and value_change_percent <= 100),
    email_mode text not null default 'per_run' check (email_mode in ('per_run', 'off')),
    -- What the vault keeps: AES-256-GCM text or the name of a Key Vault secret. Never the credentials themselves.
    spark_credentials text,
    spark_credentials_status text not null default 'none' check (spark_credentials_status in ('none', 'valid', 'refused')),
    spark_base_url text,
    spark_page_size integer check (spark_page_size between 1 and 1000),
    spark_requests_per_5_minutes integer check (spark_requests_per_5_minutes > 0),
    -- Expected closed sales per place, learned from the last run; the planner's own format.
    sales_density jsonb,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table users (
    id uuid primary key,
    organization_id uuid not null references organizations (id) on delete cascade,
    email text not null check (length(email) between 3 and 254),
    name text not null check (length(name) between 1 and 200),
    role text not null check (role in ('owner', 'admin', 'agent')),
    password_hash text not null,
    session_version integer not null default 1,
    created_at timestamptz not null default now(),
    unique (organization_id, id)
);

create unique index users_email on users (lower(email));

create table refresh_tokens (
    id uuid primary key,
    organization_id uuid not null,
    user_id uuid not null,
    family_id uuid not null,
    token_hash bytea not null unique,
    expires_at timestamptz not null,
    replaced_by uuid,
    replaced_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);

create index refresh_tokens_family on refresh_tokens (family_id);
create index refresh_tokens_user on refresh_tokens (organization_id, user_id);

create table invitations (
    id uuid primary key,
    organization_id uuid not null references organizations (id) on delete cascade,
    email text not null,
    role text not null check (role in ('owner', 'admin', 'agent')),
    token_hash bytea not null unique,
    invited_by uuid not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    foreign key (organization_id, invited_by) references users (organization_id, id) on delete cascade
);

create index invitations_organization on invitations (organization_id, created_at);

call protect_tenant_table('organizations', 'id');
call protect_tenant_table('users');
call protect_tenant_table('refresh_tokens');
call protect_tenant_table('invitations');
