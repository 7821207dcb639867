-- A table of sites that are asked about one after the other.
create table eligibility.batch (
  id uuid primary key,
  tenant text not null default 'default',
  name text,
  external_id text,
  -- What its caller named the request by that made it, and a digest of what came with that.
  idempotency_key text collate "C",
  digest text,
  creation_date timestamptz(3) not null default clock_timestamp(),
  -- STORING until all its rows are there: it is seen by nobody before.
  state text not null,
  columns jsonb not null,
  total integer not null default 0,
  refused integer not null default 0,
  -- The line of the last row whose question was made.
  fed_to integer not null default 0,
  -- How many rows were completed at two moments, of which the earlier is half a minute to a minute ago: its pace.
  paced_from timestamptz(3),
  completed_then integer not null default 0,
  paced_next timestamptz(3),
  completed_next integer not null default 0
);

create unique index batch_by_idempotency_key on eligibility.batch (tenant, idempotency_key)
  where idempotency_key is not null;
-- Newest first, for each filter.
create index batch_newest on eligibility.batch (tenant, creation_date desc, id desc);
create index batch_by_external_id
  on eligibility.batch (tenant, external_id, creation_date desc, id desc);
create index batch_in_progress on eligibility.batch (tenant) where state = 'IN_PROGRESS';
-- For retention, which knows no tenant.
create index batch_by_age on eligibility.batch (creation_date);

create table eligibility.batch_row (
  batch_id uuid not null references eligibility.batch (id) on delete cascade,
  line integer not null,
  cells jsonb not null,
  issues jsonb not null,
  -- The question about its site, which rows that name the same site share. It has its id before it is asked. Null of a refused row.
  question_id uuid,
  -- What to ask; null of a refused row, and of all rows but the first of a question.
  request jsonb,
  primary key (batch_id, line)
);
create index batch_row_by_question on eligibility.batch_row (question_id)
  where question_id is not null;

-- The completed rows of a batch, counted as their questions end: ten thousand of them are not counted again and again.
create table eligibility.batch_count (
  batch_id uuid not null references eligibility.batch (id) on delete cascade,
  state text not null,
  verdict text not null,
  rows integer not null,
  primary key (batch_id, state, verdict)
) with (fillfactor = 50);

-- The batch that a question is of.
alter table eligibility.site_qualification
  add column batch_id uuid references eligibility.batch (id) on delete cascade;
create index site_qualification_by_batch on eligibility.site_qualification (batch_id, state)
  where batch_id is not null;
