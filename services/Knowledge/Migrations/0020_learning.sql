-- How a ticket stands, as far as its likeness to others needs it. changed_at orders what each replica's index has yet to read.
alter table ticket
    add category      text,
    add team          text,
    add status        text not null default 'new' check (status in ('new', 'open', 'waiting', 'resolved', 'closed')),
    add work_version  bigint not null default 0,
    add merged        boolean not null default false,
    add solved_at     timestamptz,
    add solution      text,
    add gap_looked    boolean not null default false,
    add changed_at    timestamptz not null default now();
create index ticket_changed on ticket (changed_at);
create index ticket_gap on ticket (solved_at) where solved_at is not null and not gap_looked;

-- What became of a proposal: an agent saw it, and after it was used the ticket was solved, or came back.
alter table proposal
    add shown_at   timestamptz,
    add solved_at  timestamptz,
    add misled_at  timestamptz;

-- Solved tickets that were like this one when it was looked at.
create table similar_ticket (
    ticket_id  uuid not null references ticket on delete cascade,
    other_id   uuid not null references ticket on delete cascade,
    rank       int not null,
    score      real not null,
    shown_at   timestamptz,
    opened_at  timestamptz,
    used_at    timestamptz,
    primary key (ticket_id, other_id)
);

-- A copy of Routing's problems.
create table problem (
    id          uuid primary key,
    number      text not null,
    version     bigint not null,
    title       text not null,
    status      text not null,
    major       boolean not null,
    workaround  text,
    tickets     uuid[] not null
);
create index problem_open on problem (id) where status <> 'solved';
