-- Under row-level security an index on lower(email) goes unused: the planner lets only leakproof functions see rows
-- before the policy does, and lower() is none. Equality of a stored column is.
alter table leads add column email_key text generated always as (lower(email)) stored;
drop index leads_email;
create index leads_email_key on leads (organization_id, email_key) where email_key is not null;
