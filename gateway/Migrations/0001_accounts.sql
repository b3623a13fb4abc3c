-- Who may come in. Secrets (passwords, sessions, keys, links) are only here as hashes.

create table account (
    id            uuid primary key,
    email         text not null unique check (email = lower(email)),
    name          text not null,
    role          text not null check (role in ('requester', 'agent', 'lead', 'admin')),
    language      text not null check (language in ('sv', 'en')),
    password_hash text,
    failed_count  integer not null default 0,
    locked_until  timestamptz,
    active        boolean not null default true,
    created_at    timestamptz not null
);

create table session (
    id          uuid primary key,
    account_id  uuid not null references account (id) on delete cascade,
    secret_hash bytea not null unique,
    way         text not null check (way in ('password', 'link')),
    address     text,
    created_at  timestamptz not null,
    expires_at  timestamptz not null
);
create index session_account on session (account_id);
create index session_expires on session (expires_at);

create table api_key (
    id           uuid primary key,
    hash         bytea not null unique,
    prefix       text not null,
    name         text not null,
    scope        text not null check (scope in ('requester', 'agent', 'admin')),
    created_at   timestamptz not null,
    created_by   text not null,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

create table sign_in_link (
    id         uuid primary key,
    token_hash bytea not null unique,
    account_id uuid not null,
    email      text not null,
    language   text not null,
    return_url text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index sign_in_link_email on sign_in_link (email, created_at);

-- What happened at the door. Kept a year.
create table audit (
    id         bigint generated always as identity primary key,
    at         timestamptz not null,
    what       text not null,
    email      text,
    account_id uuid,
    address    text,
    detail     text
);
create index audit_at on audit (at);
