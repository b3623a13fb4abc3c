-- What a mail about a ticket needs to know of it. The row is filled by events, which come in any order.
create table ticket (
    id              uuid primary key,
    number          text not null,
    registered_at   timestamptz,
    requester       text,
    requester_name  text,
    language        text,
    subject         text,
    automatic       boolean,
    vouched         boolean,
    mail_message_id text,               -- of the requester's own mail, if it came by mail
    refs            text[],
    work_version    bigint,
    next_step       text,
    next_step_at    timestamptz,
    proposals       json,
    confirm_by      timestamptz         -- the confirmation waits for proposals until then; null: it has been dealt with, or is not due yet
);
create index ticket_confirm_by on ticket (confirm_by) where confirm_by is not null;

-- One message to one person (and those copied). The Message-ID is fixed here, whatever is retried.
create table delivery (
    id              uuid primary key,
    ticket_id       uuid,
    number          text,
    message_id      uuid,               -- the message in the conversation, when it carries one
    kind            text not null check (kind in ('confirmation', 'reply', 'resolved', 'escalated', 'update', 'link')),
    automatic       boolean not null,
    recipient       text not null,
    cc              text[] not null default '{}',
    language        text not null,
    facts           json not null,
    mail_id         uuid not null,      -- the id within the Message-ID
    mail_message_id text not null unique,
    in_reply_to     text,
    refs            text[],
    state           text not null default 'pending' check (state in ('pending', 'sent', 'failed')),
    due_at          timestamptz not null,
    tries           integer not null default 0,
    reason          text,
    created_at      timestamptz not null,
    sent_at         timestamptz,
    traceparent     text
);
create unique index delivery_one_confirmation on delivery (ticket_id) where kind = 'confirmation';
create index delivery_due on delivery (due_at) where state = 'pending';
create index delivery_ticket on delivery (ticket_id, created_at);
create index delivery_number on delivery (number, id);
create index delivery_failed on delivery (id) where state = 'failed';
create index delivery_receiver on delivery (lower(recipient), sent_at) include (ticket_id) where automatic and sent_at is not null;

-- Articles that everyone may read: others are never offered to a requester.
create table article (
    id       uuid primary key,
    audience text not null,
    version  integer not null
);

-- What people chose for themselves, by address.
create table preference (
    email      text primary key check (email = lower(email)),
    language   text not null,
    said_at    timestamptz not null
);

-- Addresses that do not work: nothing goes there for a time.
create table suppression (
    email  text primary key check (email = lower(email)),
    until  timestamptz not null,
    reason text not null
);
