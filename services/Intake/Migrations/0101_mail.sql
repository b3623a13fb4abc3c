-- Every mail that reached the desk, raw, with what became of it. A row is written in the same transaction as its effect: none is without outcome.

create table mail (
    id uuid primary key,
    received_at timestamptz not null,
    source text not null,
    envelope_from text,
    envelope_to text[] not null default '{}',
    peer text,
    -- The same mail delivered twice, or by two ways, has the same fingerprint; null when it bears nothing to know it by.
    fingerprint bytea unique,
    mail_message_id text,
    from_email text,
    from_name text,
    subject text not null,
    outcome text not null check (outcome in ('ticket', 'reply', 'automatic', 'bounce', 'ignored', 'quarantined')),
    reason text,
    ticket_id uuid,
    number text,
    message_id uuid,
    -- The ticket it points at without the right to write in it.
    related_number text,
    damage text[] not null default '{}',
    size integer not null,
    raw bytea not null
);
alter table mail alter column raw set compression lz4;
create index mail_outcome on mail (outcome, id);
create index mail_of_ticket on mail (ticket_id) where ticket_id is not null;

-- What was folded away from a reply (quote, signature): shown when asked for, never deleted.
alter table message add column folded text;
