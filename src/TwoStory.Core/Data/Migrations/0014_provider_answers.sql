-- The comparables of each home's last valuation: the AVM sends them with it, and asking again would be paid for again.
create table lead_comparables (
    lead_id uuid primary key,
    organization_id uuid not null,
    -- The home as it was asked for: another address, or point, is another home.
    home text not null,
    as_of date not null,
    -- Null: the AVM has no estimate for the home.
    comparables jsonb,
    foreign key (organization_id, lead_id) references leads (organization_id, id) on delete cascade
);

create index lead_comparables_home on lead_comparables (organization_id, home, as_of);

call protect_tenant_table('lead_comparables');

-- Shared by all organizations: a zip code's market is the same, whoever asks.
create table market_statistics (
    zip_code text primary key,
    -- Null: the provider has none.
    statistics jsonb,
    asked_at timestamptz not null
);
