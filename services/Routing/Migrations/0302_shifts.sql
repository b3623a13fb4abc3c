insert into setup_document (kind, version, changed_by, document) values ('shifts', 1, 'desk', '{"items":[]}'), ('rotations', 1, 'desk', '{"items":[]}');

-- When somebody is not there, both days included. Uid is of the calendar it was read from.
create table absence (
    id uuid primary key,
    agent_id uuid not null references agent,
    first_day date not null,
    last_day date not null check (last_day >= first_day),
    reason text,
    substitute_id uuid references agent,
    uid text,
    made_by text not null,
    made_at timestamptz not null,
    unique (agent_id, uid)
);
create index absence_until on absence (last_day);

-- A turn of a rotation that was given to somebody by hand.
create table swap (
    rotation text not null,
    day date not null,
    agent_id uuid not null references agent,
    made_by text not null,
    made_at timestamptz not null,
    primary key (rotation, day)
);

-- What who leaves a shift tells who comes.
create table hand_over (
    id uuid primary key,
    shift text not null,
    words text not null,
    made_by text not null,
    made_at timestamptz not null
);
create index hand_over_latest on hand_over (made_at desc);
