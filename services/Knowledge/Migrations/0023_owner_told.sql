-- When who answers for an article was last told that it misleads.
create table misleading_told (
    article_id  uuid primary key references article on delete cascade,
    told_at     timestamptz not null
);
