-- What a POST with an Idempotency-Key made, and what it answered; kept for a day.
create table idempotency_keys (
    organization_id uuid not null,
    user_id uuid not null,
    key text not null check (length(key) between 1 and 255),
    request_hash bytea not null,
    -- The id of what is made: a try that takes over from one that was cut off makes the same thing.
    resource_id uuid not null,
    claimed_at timestamptz not null default now(),
    response_status integer,
    response_location text,
    response_etag text,
    response_body text,
    created_at timestamptz not null default now(),
    primary key (organization_id, user_id, key),
    foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);

create index idempotency_keys_age on idempotency_keys (organization_id, created_at);

call protect_tenant_table('idempotency_keys');
