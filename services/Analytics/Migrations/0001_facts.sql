-- What happened, one row an event, never changed. Columns that a kind has no use for are null.
-- Kinds: registered, triaged, reclassified, assigned, escalated, statusChanged, reopened, resolved, closed, met, missed, atRisk, updateDue,
-- requesterReplied, agentReplied, blackHole, mended, mail, delivered, deliveryFailed.
create table fact (
    message_id  uuid primary key,
    kind        text not null,
    at          timestamptz not null,
    ticket_id   uuid,
    number      text,
    -- What of its kind: the channel of a registration, the outcome of a mail, the target that was met, the template delivered, the reason.
    detail      text,
    -- The work item as the event gave it.
    version     bigint,
    status      text,
    priority    smallint,
    team        text,
    category    text,
    assignee_id uuid,
    due_at      timestamptz,
    missed      boolean
);
create index fact_kind_at on fact (kind, at);
create index fact_ticket on fact (ticket_id, version) where version is not null;
create index fact_black_hole on fact (ticket_id, at) where kind in ('blackHole', 'mended');

-- Every ticket as it stands: the fold of its facts, kept so that the screen need not fold a year of them. A later version of the work wins,
-- so that the order in which events arrive does not matter.
create table ticket (
    id                 uuid primary key,
    number             text not null,
    -- From TicketRegistered; null until it is heard.
    subject            text,
    registered_at      timestamptz,
    -- The last time the desk wrote to the requester.
    spoke_at           timestamptz,
    -- From the newest work.
    version            bigint not null default 0,
    status             text not null default 'new',
    priority           smallint,
    team               text,
    team_name          text,
    next_step          text,
    -- The earliest due time of what is promised and neither kept nor paused.
    due_at             timestamptz,
    -- The promises of first answer and solution; null when there is none.
    answer_due_at      timestamptz,
    answer_met_at      timestamptz,
    answer_missed      boolean,
    resolution_due_at  timestamptz,
    resolution_missed  boolean,
    -- The last time it was solved; counts while the status says that it is over.
    resolved_at        timestamptz
) with (fillfactor = 70);
create index ticket_open on ticket (status) where status not in ('resolved', 'closed');
create index ticket_answered on ticket (answer_met_at) where answer_met_at is not null;
create index ticket_resolved on ticket (resolved_at) where resolved_at is not null;
