-- The processes that are at work on this database. One lease for a process rather than one for each thing it polls: what
-- a thousand polls cost is one statement every two seconds.
create table eligibility.replica (
  id uuid primary key,
  -- Into how many parts this replica takes what all share to be divided.
  parts integer not null,
  expires_at timestamptz not null
);

drop table eligibility.lease;

-- Which replica polls. When that one is gone, nobody does.
alter table eligibility.watched
  add column poller uuid references eligibility.replica (id) on delete set null;
create index watched_by_poller on eligibility.watched (poller) where poller is not null;

-- Until when an operator wants to be left alone.
create table eligibility.slow_down (
  operator text primary key,
  until timestamptz not null
);
