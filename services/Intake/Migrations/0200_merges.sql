-- Which ticket goes on with this one: a copy of Routing's word. Nothing is moved: the words of a merged ticket are read where it goes on, so that
-- an undone merge has nothing to move back.
alter table ticket add column merged_into uuid references ticket, add column merged_into_number text;
create index ticket_merged_into on ticket (merged_into) where merged_into is not null;

-- Who came along with a merged ticket; null for who takes part for their own sake.
alter table participant add column from_ticket uuid;
create index participant_from on participant (from_ticket) where from_ticket is not null;
