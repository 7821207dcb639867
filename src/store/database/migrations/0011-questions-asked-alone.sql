-- The newest that were asked alone, and the newest of batches: ten thousand of either may stand before the next of the other.
create index site_qualification_alone
  on eligibility.site_qualification (tenant, creation_date desc, id desc) where batch_id is null;
create index site_qualification_of_batches
  on eligibility.site_qualification (tenant, creation_date desc, id desc) where batch_id is not null;
