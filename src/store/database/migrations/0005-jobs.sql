-- The job queue makes its own tables in it. The schema is made here, under the lock of the migrations: replicas that
-- start together would otherwise each try to make it, and all but one fail.
create schema if not exists eligibility_jobs;
