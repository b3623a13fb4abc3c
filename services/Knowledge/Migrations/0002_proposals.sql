-- The part of a ticket that proposals are made from; a copy, filled by TicketRegistered.
create table ticket (
    id             uuid primary key,
    number         text not null unique,
    language       text not null,
    subject        text not null,
    text           text not null,
    registered_at  timestamptz not null,
    proposed_at    timestamptz
);

create table proposal (
    ticket_id   uuid not null references ticket on delete cascade,
    article_id  uuid not null references article on delete cascade,
    rank        int not null,
    score       real not null,
    snippet     text not null,
    opened_at   timestamptz,
    opened_by   uuid,
    used_at     timestamptz,
    used_by     uuid,
    primary key (ticket_id, article_id)
);
create index proposal_article on proposal (article_id);
