-- Whether the other services have been told of the organisation as it is.
alter table organisation add told_at timestamptz;
create index organisation_to_tell on organisation (id) where told_at is null;
