-- History from elsewhere, by what it is called there: what has come in once comes in no more.
create table imported_ticket (
    source text not null,
    source_id text not null,
    ticket_id uuid not null references ticket,
    primary key (source, source_id)
);
create table imported_event (
    ticket_id uuid not null,
    key text not null,
    primary key (ticket_id, key)
);
