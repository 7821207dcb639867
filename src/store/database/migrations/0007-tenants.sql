-- Whose a thing at an operator is, where all tenants share one account there: who asked for it through this service.
create table eligibility.owned (
  operator text not null,
  id text collate "C" not null,
  tenant text not null,
  external_id text,
  project_id text,
  created_at timestamptz(3) not null,
  primary key (operator, id)
);

-- Newest first, for each filter.
create index owned_newest on eligibility.owned (tenant, operator, created_at desc, id desc);
create index owned_by_external_id
  on eligibility.owned (tenant, operator, external_id, created_at desc, id desc);
-- For retention, which knows no tenant.
create index owned_by_age on eligibility.owned (created_at);

-- What a tenant may still ask for. Replicas take parts of it and spend those by themselves.
create table eligibility.allowance (
  tenant text primary key,
  remaining double precision not null,
  -- How much the latest statement took of it.
  granted double precision not null,
  updated_at timestamptz not null default clock_timestamp()
);
