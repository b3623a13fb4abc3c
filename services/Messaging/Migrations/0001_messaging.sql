create schema messaging;

-- What was said and is not yet with the broker. Rows live for milliseconds, so the table is vacuumed by count, not by share,
-- and bodies are not compressed.
create table messaging.outbox (
    id          bigint generated always as identity primary key,
    message_id  uuid        not null,
    about       uuid        not null,
    type        text        not null,
    body        text        not null,
    traceparent text,
    echo        text,
    said_at     timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);
alter table messaging.outbox alter column body set storage external;

-- What was reacted to: one row a message and reaction, in the transaction of the effect. Kept 7 days.
create table messaging.inbox (
    message_id uuid        not null,
    reaction   text        not null,
    seen_at    timestamptz not null default clock_timestamp(),
    primary key (message_id, reaction)
);
create index inbox_seen_at on messaging.inbox using brin (seen_at);

-- What could not be reacted to: waiting for another try at due_at, or parked for good (due_at null) until somebody decides.
create table messaging.parked (
    id          uuid        primary key,
    message_id  uuid        not null,
    reaction    text        not null,
    type        text        not null,
    about       uuid        not null,
    body        text        not null,
    traceparent text,
    tries       int         not null,
    reason      text        not null,
    first_at    timestamptz not null default clock_timestamp(),
    last_at     timestamptz not null default clock_timestamp(),
    due_at      timestamptz,
    unique (message_id, reaction)
);
alter table messaging.parked alter column body set storage external;
create index parked_due_at on messaging.parked (due_at) where due_at is not null;

-- Answers given under an Idempotency-Key. Kept 24 hours.
create table messaging.request (
    account     uuid        not null,
    key         text        not null,
    fingerprint text        not null,
    status      int,
    body        text,
    location    text,
    etag        text,
    at          timestamptz not null default clock_timestamp(),
    primary key (account, key)
);
create index request_at on messaging.request using brin (at);
