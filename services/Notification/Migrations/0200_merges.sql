-- The ticket that goes on with this one, and the version of the work that said so: what is told of that is told this one's requester too.
alter table ticket add column merged_into uuid, add column merge_version bigint;
create index ticket_merged_into on ticket (merged_into) where merged_into is not null;

alter table delivery drop constraint delivery_kind_check;
