-- Whose turn it was last, for teams that take turns.
create table turn (agent_id uuid primary key, handed_at timestamptz not null);

alter table agent
    add column skills jsonb not null default '{}',
    add column capacity jsonb not null default '{}';

-- Seeks: the desk looks for a holder, because none was free when it came, or the one it had let go of it.
-- Promise_at: by when something must be done to keep the most promises; what work lists are ordered by.
alter table work_item
    add column seeks boolean not null default false,
    add column promise_at timestamptz;
update work_item set promise_at = coalesce(next_step_at, registered_at) where status in ('new', 'open', 'waiting');
create index work_item_seeks on work_item (promise_at) where seeks;
create index work_item_unheld on work_item (promise_at) where assignee_id is null and status in ('new', 'open');
create index work_item_helped on work_item (requester_email, registered_at desc) where assignee_id is not null;

insert into setup_document (kind, version, changed_by, document) values ('skills', 1, 'desk', '{"items":[]}');
