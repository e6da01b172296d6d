create table nearby_sales (
    id uuid primary key,
    organization_id uuid not null,
    lead_id uuid not null,
    listing_key text not null,
    listing_id text,
    -- The home, its close date and price: the same sale under another listing key has the same one.
    sale_key text not null,
    address text,
    latitude double precision not null,
    longitude double precision not null,
    close_date date not null,
    close_price numeric(14, 2),
    distance_miles double precision not null,
    bedrooms numeric(5, 1),
    bathrooms numeric(5, 2),
    square_feet numeric(12, 2),
    list_office_name text,
    -- The close dates that the run which found it was looking for.
    closed_from date not null,
    closed_to date not null,
    run_id uuid,
    found_at timestamptz not null default now(),
    -- Null until the run has decided whether to tell; then the decision's reason.
    decision text,
    decided_at timestamptz,
    unique (lead_id, listing_key),
    unique (lead_id, sale_key),
    foreign key (organization_id, lead_id) references leads (organization_id, id) on delete cascade
);

create index nearby_sales_newest on nearby_sales (organization_id, lead_id, close_date desc, id desc);
create index nearby_sales_undecided on nearby_sales (organization_id, lead_id) where decided_at is null;

create table property_values (
    id uuid primary key,
    organization_id uuid not null,
    lead_id uuid not null,
    source text not null,
    as_of date not null,
    value numeric(14, 2) not null check (value > 0),
    range_low numeric(14, 2),
    range_high numeric(14, 2),
    run_id uuid,
    created_at timestamptz not null default now(),
    decision text,
    decided_at timestamptz,
    unique (lead_id, source, as_of),
    foreign key (organization_id, lead_id) references leads (organization_id, id) on delete cascade
);

create index property_values_newest on property_values (organization_id, lead_id, as_of desc, id desc);
create index property_values_undecided on property_values (organization_id, lead_id) where decided_at is null;

-- What the AVM last said of a lead's home, and what its agent was last told.
create table valuations (
    lead_id uuid primary key,
    organization_id uuid not null,
    outcome text not null check (outcome in ('valued', 'no_estimate', 'failed')),
    checked_on date not null,
    stale boolean not null default false,
    error_code text,
    told_value numeric(14, 2),
    told_as_of date,
    foreign key (organization_id, lead_id) references leads (organization_id, id) on delete cascade
);

create index valuations_organization on valuations (organization_id);

call protect_tenant_table('nearby_sales');
call protect_tenant_table('property_values');
call protect_tenant_table('valuations');
