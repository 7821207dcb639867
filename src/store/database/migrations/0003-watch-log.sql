create table eligibility.watched (
  operator text not null,
  id text collate "C" not null,
  -- The sequence of its latest change. Counted under the lock of this row, which is what keeps the log free of gaps.
  version integer not null default 0,
  -- As it was when last seen.
  snapshot jsonb,
  ended boolean not null default false,
  -- How often a watch gave up, and why the last time.
  failures integer not null default 0,
  error jsonb,
  updated_at timestamptz(3) not null default clock_timestamp(),
  primary key (operator, id)
);

create index watched_by_age on eligibility.watched (updated_at);

create table eligibility.watched_change (
  operator text not null,
  id text collate "C" not null,
  sequence integer not null,
  change jsonb not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (operator, id, sequence),
  foreign key (operator, id) references eligibility.watched (operator, id) on delete cascade
);
