create table notifications (
    id uuid primary key,
    organization_id uuid not null,
    user_id uuid not null,
    lead_id uuid not null,
    kind text not null check (kind in ('nearby_sale', 'value_change')),
    -- What it tells of, and never twice.
    cause text not null,
    listing_key text,
    listing_id text,
    title text not null,
    body text not null,
    evidence jsonb not null,
    run_id uuid,
    read_at timestamptz,
    created_at timestamptz not null default now(),
    unique (organization_id, cause),
    foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade,
    foreign key (organization_id, lead_id) references leads (organization_id, id) on delete cascade
);

create index notifications_newest on notifications (organization_id, user_id, created_at desc, id desc);
create index notifications_unread on notifications (organization_id, user_id) where read_at is null;
create index notifications_lead on notifications (organization_id, lead_id);

create table email_outbox (
    id uuid primary key,
    organization_id uuid not null references organizations (id) on delete cascade,
    recipient text not null,
    template text not null,
    -- The rendered message in the mail provider's wire format, sent byte for byte on every try.
    payload text not null,
    dedupe_key text not null,
    state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'parked', 'failed')),
    -- The request that carries it, and so the provider's idempotency key; kept until the outcome is known.
    batch_id uuid,
    batch_order integer,
    -- When it was first handed over with an unknown outcome; null again once the provider is known not to have it.
    handed_over_at timestamptz,
    attempts integer not null default 0,
    not_before timestamptz not null default now(),
    provider_id text,
    error text,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    unique (organization_id, dedupe_key)
);

create index email_outbox_due on email_outbox (not_before, id) where state in ('pending', 'sending', 'parked');
create index email_outbox_batch on email_outbox (batch_id) where state = 'sending';

call protect_tenant_table('notifications');
call protect_tenant_table('email_outbox');
