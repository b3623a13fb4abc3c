-- Pictures and files of an article, by the names its text calls them.
create table article_file (
    article_id    uuid not null references article on delete cascade,
    name          text not null,
    content_type  text not null,
    content       bytea not null,
    at            timestamptz not null,
    by            text not null,
    primary key (article_id, name)
);
