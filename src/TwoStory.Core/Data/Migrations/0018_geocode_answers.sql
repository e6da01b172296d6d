-- What the geocoders answered to one organization about exactly one address. Not shared: an answer that is already there would say
-- that another brokerage has the home, and one organization's question must not decide another's answer.
create table geocode_answers (
    organization_id uuid not null references organizations (id) on delete cascade,
    -- SHA-256 of the address, so that the table holds no personal data.
    question bytea not null,
    latitude double precision,
    longitude double precision,
    location_precision text not null,
    provider text not null,
    found_at timestamptz not null,
    primary key (organization_id, question)
);
create index geocode_answers_found on geocode_answers (found_at);
call protect_tenant_table('geocode_answers');

-- The shared cache is no longer read; the previous version writes to it until it is replaced.
delete from geocode_cache;
