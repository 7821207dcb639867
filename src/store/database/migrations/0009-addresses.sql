-- What address services answered, by the question, for as long as it may be taken as it is.
create table eligibility.address_answer (
  question text collate "C" primary key,
  answer jsonb not null,
  kept_until timestamptz(3) not null
);
create index address_answer_by_age on eligibility.address_answer (kept_until);

-- Buildings with fibre by their address's key in the national address base. A partition a département, each swapped as a whole
-- by an import.
create table eligibility.building (
  department text not null,
  building_ref text not null,
  ban_key text collate "C",
  longitude double precision,
  latitude double precision,
  building_type text,
  premises integer,
  street_number text,
  street_extension text,
  street_name text,
  city_name text,
  insee_code text
) partition by list (department);
create index building_by_ban_key on eligibility.building (ban_key);

create table eligibility.building_import (
  department text primary key,
  -- The day of the data, by its publisher.
  as_of timestamptz(3),
  imported_at timestamptz(3) not null default clock_timestamp(),
  buildings integer not null,
  buildings_with_ban_key integer not null,
  -- Whether the buildings are the sandbox's, which are made up.
  is_sandbox boolean not null
);

-- The key in the national address base of the place that was asked about, and how an address became a site.
alter table eligibility.site_qualification add column address_id text collate "C";
alter table eligibility.site_qualification add column resolution jsonb;
create index site_qualification_by_address on eligibility.site_qualification (tenant, address_id)
  where address_id is not null;
