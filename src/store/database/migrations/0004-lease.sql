create table eligibility.lease (
  key text collate "C" primary key,
  holder text not null,
  -- One higher for each new holder: what a former holder still writes can be told from what the present one does.
  term integer not null,
  expires_at timestamptz not null
);

create index lease_by_expiry on eligibility.lease (expires_at);
