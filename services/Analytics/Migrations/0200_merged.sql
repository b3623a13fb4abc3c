-- Closed because another ticket goes on with it: out of the way, and not solved.
alter table ticket add column merged boolean not null default false;
