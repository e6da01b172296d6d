-- A link by which somebody who forgot their password sets a new one.
create table password_resets (
    id uuid primary key,
    -- Null: somebody asked for an address that nobody has. The row is written all the same, so that asking shows nothing.
    organization_id uuid,
    user_id uuid,
    token_hash bytea not null unique,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    check ((organization_id is null) = (user_id is null)),
    foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);

create index password_resets_user on password_resets (organization_id, user_id);

call protect_tenant_table('password_resets');

-- A message with a link that opens something: its payload is emptied as soon as it is never sent again.
alter table email_outbox add column carries_secret boolean not null default false;

-- Names the key that spark_credentials is encrypted with; null for text from before keys had names, and for a vault with keys of its own.
alter table organizations add column spark_credentials_key text;
