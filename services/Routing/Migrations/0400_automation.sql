-- What triggers did, to count: the timelines say it for ever, this is kept for a day.
create table trigger_firing (trigger text not null, ticket_id uuid not null, number text not null, at timestamptz not null, held_back text);
create index trigger_firing_at on trigger_firing (at);

-- Triggers that fired too often. Resumed_at is when a person switched it on again.
create table trigger_stop (trigger text primary key, stopped_at timestamptz not null, fired int not null, resumed_at timestamptz, resumed_by text);

insert into setup_document (kind, version, changed_by, document) values ('triggers', 1, 'desk', '{"items":[]}'), ('checklists', 1, 'desk', '{"items":[]}');

-- What an agent wants to be reminded of. Fell_at is when they were; then it stands on their list until they say that it is done.
create table reminder (
    id uuid primary key,
    ticket_id uuid not null references work_item,
    number text not null,
    agent_id uuid not null,
    at timestamptz not null,
    note text not null,
    made_by text not null,
    made_at timestamptz not null,
    fell_at timestamptz,
    over_at timestamptz,
    cancelled boolean not null default false
);
create index reminder_due on reminder (at) where fell_at is null and over_at is null;
create index reminder_of_agent on reminder (agent_id, at) where over_at is null;
