-- Calls to paid or limited providers. Null organization: the product's own calls (e-mail).
create table api_usage (
    organization_id uuid references organizations (id) on delete cascade,
    provider text not null,
    operation text not null,
    day date not null,
    calls integer not null default 0,
    -- Counted, but their outcome is not known: in flight now, or cut off by a crash.
    unsettled integer not null default 0,
    failures integer not null default 0,
    cost numeric(14, 4) not null default 0,
    unique nulls not distinct (organization_id, provider, operation, day)
);

call protect_tenant_table('api_usage');

-- The generic cell rate algorithm's one number per key: the theoretical arrival time of the next request.
create table rate_limits (
    key text primary key,
    theoretical_arrival timestamptz not null,
    granted boolean not null
);
