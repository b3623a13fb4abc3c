-- People, organisations, tickets and their conversations. Enums are stored as the words of the API.

create extension if not exists pg_trgm;

create table organisation (
    id uuid primary key,
    name text not null,
    created_at timestamptz not null
);

create table organisation_domain (
    domain text primary key check (domain = lower(domain)),
    organisation_id uuid not null references organisation on delete cascade
);

-- vouched: signed in once, registered by an agent, or answered by one; what others claim in their name is not believed over what is known.
create table person (
    id uuid primary key,
    email text not null unique,
    name text,
    phone text,
    language text not null,
    organisation_id uuid references organisation,
    vouched boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index person_search on person using gin ((email || ' ' || coalesce(name, '')) gin_trgm_ops);

-- A copy of the gateway's accounts: who is an agent, and which language people chose.
create table account (
    id uuid primary key,
    email text not null,
    name text not null,
    role text not null,
    language text not null,
    active boolean not null,
    changed_at timestamptz not null
);
create index account_email on account (email);

create sequence ticket_number start 1001;

-- Ids are UUIDv7 made with created_at: order by id is order of creation.
-- From work_version on, the columns are a copy of Routing's work item; before, what was claimed at registration.
-- priority 6: not decided yet. due_at: the earliest target that is neither met nor paused.
create table ticket (
    id uuid primary key,
    number bigint not null unique default nextval('ticket_number'),
    requester_id uuid not null references person,
    registered_by uuid,
    channel text not null,
    subject text not null,
    automatic boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    work_version bigint not null default 0,
    status text not null default 'new',
    over boolean generated always as (status in ('resolved', 'closed')) stored,
    waiting_for text,
    type text not null,
    category text,
    impact text not null,
    urgency text not null,
    priority smallint not null default 6,
    team text,
    team_name text,
    line text,
    assignee_id uuid,
    assignee_name text,
    assignee_email text,
    next_step text,
    next_step_at timestamptz,
    clocks text not null default '[]',
    due_at timestamptz not null default 'infinity'
);
alter sequence ticket_number owned by ticket.number;
create index ticket_of_requester on ticket (requester_id, id);
create index ticket_of_registrar on ticket (registered_by, id) where registered_by is not null;
create index ticket_updated on ticket (updated_at, id);
create index ticket_active on ticket (id) where not over;
create index ticket_active_of_team on ticket (team, id) where not over;
create index ticket_active_of_assignee on ticket (assignee_id, id) where not over;
create index ticket_active_due on ticket (due_at, id) where not over;
create index ticket_active_priority on ticket (priority, id) where not over;

-- Who besides the requester takes part: copied in, sees the ticket and may answer in it.
create table participant (
    ticket_id uuid not null references ticket on delete cascade,
    email text not null,
    primary key (ticket_id, email)
);
create index participant_email on participant (email, ticket_id);

-- Public messages. Internal notes are another table on purpose: no forgotten condition can show one to a requester.
create table message (
    id uuid primary key,
    ticket_id uuid not null references ticket on delete cascade,
    at timestamptz not null,
    direction text not null,
    channel text not null,
    from_email text not null,
    from_name text,
    agent_id uuid,
    recipients text[] not null default '{}',
    copied text[] not null default '{}',
    subject text not null,
    body text not null,
    html text,
    automatic boolean not null default false,
    delivery text,
    delivery_reason text,
    mail_id uuid,
    mail_message_id text,
    mail_in_reply_to text,
    mail_references text[]
);
create index message_of_ticket on message (ticket_id, id);
create index message_mail on message (mail_id) where mail_id is not null;

-- Every Message-ID of a ticket's mail thread, coming in and going out: replies are found by it. The first to use an id keeps it.
create table mail_reference (
    mail_message_id text primary key,
    ticket_id uuid not null references ticket on delete cascade,
    message_id uuid,
    incoming boolean not null,
    at timestamptz not null
);
create index mail_reference_of_ticket on mail_reference (ticket_id, at);

create table note (
    id uuid primary key,
    ticket_id uuid not null references ticket on delete cascade,
    at timestamptz not null,
    agent_id uuid,
    agent_name text not null,
    agent_email text,
    body text not null
);
create index note_of_ticket on note (ticket_id, id);

create table attachment (
    id uuid primary key,
    ticket_id uuid not null references ticket on delete cascade,
    message_id uuid references message on delete cascade,
    note_id uuid references note on delete cascade,
    internal boolean not null,
    name text not null,
    content_type text not null,
    content_id text,
    size integer not null,
    content bytea not null,
    created_at timestamptz not null,
    check (internal or note_id is null)
);
-- Most attachments are compressed already: store them as they are, outside the row.
alter table attachment alter column content set storage external;
create index attachment_of_ticket on attachment (ticket_id, id);

-- The words of subject and messages, apart from the ticket so that work on it does not write the index anew.
create table ticket_search (
    ticket_id uuid primary key references ticket on delete cascade,
    words tsvector not null
);
-- Every search reads the list of what is not yet in the index: keep it short.
create index ticket_search_words on ticket_search using gin (words) with (gin_pending_list_limit = 256);

-- Swedish and English stems side by side: nobody says which language they will write or search in.
create function words_of(content text) returns tsvector language sql immutable parallel safe
    return to_tsvector('swedish', left(content, 100000)) || to_tsvector('english', left(content, 100000));

create function words_sought(sought text) returns tsquery language sql immutable parallel safe
    return websearch_to_tsquery('swedish', sought) || websearch_to_tsquery('english', sought);
