-- Promises that were fulfilled, with the working time they took: what a lead judges the pace by.
create table fulfilled (
    ticket_id uuid not null,
    target text not null,
    round int not null,
    team text,
    priority smallint not null,
    promise_seconds double precision not null,
    used_seconds double precision not null,
    met_at timestamptz not null,
    primary key (ticket_id, target, round)
);
create index fulfilled_at on fulfilled (met_at);
