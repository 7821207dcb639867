-- Instants have milliseconds, as JavaScript's do, so that one read back is the one that was stored.

create table eligibility.site_qualification (
  id uuid primary key,
  tenant text not null default 'default',
  external_id text,
  creation_date timestamptz(3) not null default clock_timestamp(),
  request jsonb not null,
  site jsonb not null,
  state text not null,
  verdict text not null,
  -- The sequence of its latest change. Counted under the lock of this row, which is what keeps the log free of gaps.
  version integer not null default 0
);

-- Newest first, for each filter.
create index site_qualification_newest
  on eligibility.site_qualification (tenant, creation_date desc, id desc);
create index site_qualification_by_state
  on eligibility.site_qualification (tenant, state, creation_date desc, id desc);
create index site_qualification_by_verdict
  on eligibility.site_qualification (tenant, verdict, creation_date desc, id desc);
create index site_qualification_by_external_id
  on eligibility.site_qualification (tenant, external_id, creation_date desc, id desc);
create index site_qualification_by_building
  on eligibility.site_qualification (tenant, (site ->> 'buildingRef'), creation_date desc, id desc);
-- For retention, which knows no tenant.
create index site_qualification_by_age
  on eligibility.site_qualification (creation_date);

create table eligibility.site_qualification_outcome (
  site_qualification_id uuid not null
    references eligibility.site_qualification (id) on delete cascade,
  operator text not null,
  -- Its place among the outcomes.
  position integer not null,
  state text not null,
  verdict text not null,
  confidence text,
  progress jsonb,
  skip jsonb,
  error jsonb,
  qualification jsonb,
  offers jsonb,
  -- What the asking needs to go on after a crash.
  asking jsonb,
  primary key (site_qualification_id, operator)
);

create table eligibility.site_qualification_change (
  site_qualification_id uuid not null
    references eligibility.site_qualification (id) on delete cascade,
  sequence integer not null,
  operator text not null,
  outcome jsonb not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (site_qualification_id, sequence)
);
