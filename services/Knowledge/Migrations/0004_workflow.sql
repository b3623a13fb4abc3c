-- Draft, review, scheduled, published, expired, withdrawn; who answers for an article, and its times.
alter table article drop constraint article_state_check;
alter table article add constraint article_state_check check (state in ('draft', 'review', 'scheduled', 'published', 'expired', 'withdrawn'));
alter table article
    add owner          text,
    add publish_at     timestamptz,
    add review_at      timestamptz,
    add expires_at     timestamptz,
    add updated_by_id  uuid not null default '00000000-0000-0000-0000-000000000000';
create index article_to_publish on article (publish_at) where state = 'scheduled';
create index article_to_expire on article (expires_at) where expires_at is not null;

-- An address an article once had: links to it go on.
create table article_slug (
    slug        text primary key,
    article_id  uuid not null references article on delete cascade
);

-- Whether an article helped who read it, and if not, why.
create table feedback (
    id          uuid primary key,
    article_id  uuid not null references article on delete cascade,
    version     int not null,
    helped      boolean not null,
    why         text,
    at          timestamptz not null,
    by          uuid not null
);
create index feedback_article on feedback (article_id, at desc);
