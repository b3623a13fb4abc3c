-- Who was asked in about a ticket: an agent, or any of a team.
create table ask (
    id uuid primary key,
    ticket_id uuid not null references work_item,
    number text not null,
    team text,
    agent_id uuid,
    question text not null,
    asked_by text not null,
    asked_at timestamptz not null,
    answered_at timestamptz
);
create index ask_of_agent on ask (agent_id) where answered_at is null;
create index ask_of_team on ask (team) where answered_at is null;
create index ask_of_ticket on ask (ticket_id) where answered_at is null;
