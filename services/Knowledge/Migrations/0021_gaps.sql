-- Something asked for that no article answers: tickets that were solved without one, and searches that found nothing.
create table gap (
    id          uuid primary key,
    title       text not null,
    words       text not null,
    language    text not null,
    category    text,
    owner       text,
    article_id  uuid references article on delete set null,
    dismissed   boolean not null default false,
    found_at    timestamptz not null
);
create table gap_ticket (
    ticket_id  uuid primary key references ticket on delete cascade,
    gap_id     uuid not null references gap on delete cascade
);
create index gap_ticket_gap on gap_ticket (gap_id);

-- Searches that found nothing, by their words and not by who asked.
create table failed_search (
    key       text primary key,
    words     text not null,
    language  text not null,
    times     int not null,
    first_at  timestamptz not null,
    last_at   timestamptz not null,
    gap_id    uuid references gap on delete set null
);
