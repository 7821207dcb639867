-- What is wrong with single keys of a site, as an operator was asked by the others: JSON, null where nothing is.
alter table eligibility.site_qualification_outcome add column issues jsonb;
