-- Identifiers of operators are compared byte by byte, so that pages have the same order on every server.

create table eligibility.operator_answer (
  operator text not null,
  id text collate "C" not null,
  tenant text not null default 'default',
  asked_at timestamptz(3) not null,
  reference_type text not null,
  reference text not null,
  verdict text not null,
  answer jsonb not null,
  primary key (tenant, operator, id)
);

-- Newest first, for each filter.
create index operator_answer_newest
  on eligibility.operator_answer (tenant, operator, asked_at desc, id desc);
create index operator_answer_by_reference_type
  on eligibility.operator_answer (tenant, operator, reference_type, asked_at desc, id desc);
create index operator_answer_by_reference
  on eligibility.operator_answer (tenant, operator, reference, asked_at desc, id desc);
create index operator_answer_by_verdict
  on eligibility.operator_answer (tenant, operator, verdict, asked_at desc, id desc);
-- For retention, which knows no tenant.
create index operator_answer_by_age
  on eligibility.operator_answer (asked_at);
