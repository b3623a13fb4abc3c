-- Whose mail always opens tickets, and whose never does: an address, or a domain with its subdomains, written @example.org.
create table sender_rule (
    pattern text primary key check (pattern = lower(pattern)),
    action text not null check (action in ('always', 'never')),
    made_by text not null,
    made_at timestamptz not null
);

-- Who did what with received mail and its rules. Rows are only added.
create table mail_act (
    id uuid primary key,
    at timestamptz not null,
    agent_id uuid not null,
    agent_name text not null,
    agent_email text,
    act text not null check (act in ('ticket', 'again', 'rule', 'ruleEnded')),
    mail_id uuid,
    pattern text,
    -- What it was and became: outcomes of a mail, actions of a rule.
    was text,
    became text
);
create index mail_act_of_mail on mail_act (mail_id, id) where mail_id is not null;

-- How often a mail's outcome was decided; who counts mails counts the last decision.
alter table mail add column revision integer not null default 0;

-- The account of a period.
create index mail_received on mail (received_at);
