-- The team that has the ticket, by its key, and the version of the work that said so: its mails may be from an address of the team's own.
alter table ticket add column team text, add column team_version bigint;
