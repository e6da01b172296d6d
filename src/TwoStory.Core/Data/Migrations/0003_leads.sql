create table leads (
    id uuid primary key,
    organization_id uuid not null references organizations (id) on delete cascade,
    owner_id uuid not null,
    name text not null check (length(name) between 1 and 200),
    email text,
    phone text,
    street text,
    unit text,
    city text,
    state text,
    postal_code text,
    -- Normalised address and unit; the identity of the home within an organization. Null without a street.
    home_key text,
    latitude double precision,
    longitude double precision,
    location_precision text not null default 'none' check (location_precision in ('rooftop', 'street', 'area', 'manual', 'none')),
    property_type text,
    bedrooms numeric(4, 1) check (bedrooms >= 0),
    bathrooms numeric(4, 2) check (bathrooms >= 0),
    square_feet integer check (square_feet > 0),
    temperature text not null default 'warm' check (temperature in ('hot', 'warm', 'cold')),
    notify_nearby_sales boolean not null default true,
    notify_value_changes boolean not null default true,
    radius_miles numeric check (radius_miles > 0 and radius_miles <= 50),
    alerts_since date not null,
    notes text,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, id),
    check ((latitude is null) = (longitude is null)),
    check (latitude between -90 and 90),
    check (longitude between -180 and 180),
    foreign key (organization_id, owner_id) references users (organization_id, id)
);

create index leads_newest on leads (organization_id, created_at desc, id desc);
create index leads_owner_newest on leads (organization_id, owner_id, created_at desc, id desc);
create index leads_email on leads (organization_id, lower(email)) where email is not null;
create index leads_home on leads (organization_id, home_key) where home_key is not null;

call protect_tenant_table('leads');

-- Shared by all organizations: an address is where it is, whoever asks.
create table geocode_cache (
    address_key text primary key,
    latitude double precision,
    longitude double precision,
    location_precision text not null,
    provider text not null,
    found_at timestamptz not null default now()
);
