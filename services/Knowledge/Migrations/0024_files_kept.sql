-- What a file of an article was before it was replaced or taken away: since when, until when, and by whom.
create table article_file_past (
    id            bigint generated always as identity primary key,
    article_id    uuid not null references article on delete cascade,
    name          text not null,
    content_type  text not null,
    content       bytea not null,
    at            timestamptz not null,
    by            text not null,
    until         timestamptz not null,
    until_by      text not null
);
create index article_file_past_of_article on article_file_past (article_id, id);
