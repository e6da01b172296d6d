-- The geocoders' answers, per organization and exact address. Organizations share none: a stored answer would reveal that another
-- brokerage has the home, and the wrong address of one organization would decide the answer of another.
create table geocode_answers (
    organization_id uuid not null references organizations (id) on delete cascade,
    -- SHA-256 of the address, so that the table holds no personal data.
    address_hash bytea not null,
    latitude double precision,
    longitude double precision,
    location_precision text not null,
    provider text not null,
    found_at timestamptz not null,
    primary key (organization_id, address_hash)
);
create index geocode_answers_found on geocode_answers (found_at);
call protect_tenant_table('geocode_answers');

-- The shared cache is no longer read; the previous version writes to it until it is replaced.
delete from geocode_cache;
