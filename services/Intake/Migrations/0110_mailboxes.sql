-- How far each polled mailbox has been read. One process at a time has the turn of a mailbox; a turn that is not renewed ends by itself.

create table mailbox (
    name text primary key,
    uid_validity bigint,
    -- Every mail up to this uid is accounted for.
    last_uid bigint not null default 0,
    taken bigint not null default 0,
    -- Uids of mails that could not be fetched however often it was tried; they lie in the mailbox untouched.
    passed_over bigint[] not null default '{}',
    last_success_at timestamptz,
    last_error text,
    last_error_at timestamptz,
    holder uuid,
    held_until timestamptz not null default '-infinity'
);
