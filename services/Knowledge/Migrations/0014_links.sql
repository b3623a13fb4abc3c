-- When the links of a published article are looked at next.
create table links_due (
    article_id  uuid primary key references article on delete cascade,
    due_at      timestamptz not null
);
create index links_due_at on links_due (due_at);
insert into links_due (article_id, due_at) select article_id, now() from published;

-- A link that does not lead where its readers can go, or may not (failures below what counts): since when, and whether its owner was told.
create table broken_link (
    article_id  uuid not null references article on delete cascade,
    url         text not null,
    reason      text not null,
    failures    int not null,
    since       timestamptz not null,
    checked_at  timestamptz not null,
    told_at     timestamptz,
    primary key (article_id, url)
);
