-- Who has asked for no more automatic updates on a ticket.
create table no_updates (
    ticket_id uuid not null,
    email text not null,
    at timestamptz not null default now(),
    primary key (ticket_id, email)
);
