create table job_runs (
    id uuid primary key,
    organization_id uuid not null references organizations (id) on delete cascade,
    kind text not null check (kind in ('nearby-sales', 'property-values')),
    -- The engine's own name for the run, deterministic for scheduled ones.
    instance_id text not null unique,
    -- The local date a scheduled run is for; null for one that somebody asked for.
    occurrence date,
    state text not null default 'pending' check (state in ('pending', 'running', 'waiting', 'completed', 'partial', 'failed')),
    -- The settings as they were at the start: a change in the middle must not give half a night by other rules.
    plan jsonb,
    phase integer not null default 0,
    wait_until timestamptz,
    error_code text,
    error_message text,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    unique (organization_id, id)
);

create unique index job_runs_live on job_runs (organization_id, kind) where state in ('pending', 'running', 'waiting');
create unique index job_runs_occurrence on job_runs (organization_id, kind, occurrence) where occurrence is not null;
create index job_runs_newest on job_runs (organization_id, created_at desc, id desc);

create table job_batches (
    run_id uuid not null,
    organization_id uuid not null,
    ordinal integer not null,
    phase integer not null,
    work jsonb not null,
    state text not null default 'pending' check (state in ('pending', 'done', 'failed')),
    attempts integer not null default 0,
    not_before timestamptz,
    leads integer not null default 0,
    matches integer not null default 0,
    alerts integer not null default 0,
    emails integer not null default 0,
    failures integer not null default 0,
    requests integer not null default 0,
    listing_keys text[] not null default '{}',
    matched_keys text[] not null default '{}',
    -- Latitude and longitude, in turn, of the sales found: what the next plan learns from.
    sale_points double precision[] not null default '{}',
    errors jsonb not null default '[]',
    primary key (run_id, ordinal),
    foreign key (organization_id, run_id) references job_runs (organization_id, id) on delete cascade
);

create index job_batches_pending on job_batches (run_id, phase, ordinal) where state = 'pending';

call protect_tenant_table('job_runs');
call protect_tenant_table('job_batches');
