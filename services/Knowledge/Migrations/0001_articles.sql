-- An article as those who write see it: its newest text, published or not.
create table article (
    id          uuid primary key,
    slug        text not null unique,
    version     int not null,
    state       text not null check (state in ('draft', 'published', 'withdrawn')),
    title       text not null,
    body        text not null,
    language    text not null check (language in ('sv', 'en')),
    audience    text not null check (audience in ('everyone', 'agents')),
    category    text,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    updated_by  text not null
);

-- Every text an article ever had.
create table article_version (
    article_id  uuid not null references article on delete cascade,
    version     int not null,
    state       text not null,
    title       text not null,
    body        text not null,
    language    text not null,
    audience    text not null,
    category    text,
    at          timestamptz not null,
    by          text not null,
    primary key (article_id, version)
);

-- What readers and the search see: the newest published version, rendered. A newer draft does not touch it.
create table published (
    no            int generated always as identity primary key,
    article_id    uuid not null unique references article on delete cascade,
    slug          text not null unique,
    version       int not null,
    title         text not null,
    html          text not null,
    plain         text not null,
    language      text not null,
    audience      text not null,
    category      text,
    published_at  timestamptz not null,
    analysis      int not null
);

-- The search index (ADR 0014): which term weighs how much in which article. Weights are BM25's, with fixed averages, so that one
-- article's rows never depend on another's.
create table posting (
    term    text collate "C" not null,
    no      int not null references published on delete cascade,
    weight  real not null,
    primary key (term, no) include (weight)
);
create index posting_no on posting (no);
