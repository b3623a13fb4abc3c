-- An article may be for one team of agents, or for the people of one organisation.
alter table article drop constraint article_audience_check;
alter table article add constraint article_audience_check
    check (audience in ('everyone', 'agents') or audience like 'team:_%' or audience like 'organisation:_%');

-- Who is of which team, and whose mail domain is which organisation's: copies, from Routing's and Intake's word.
create table agent (
    id       uuid primary key,
    teams    text[] not null,
    told_at  timestamptz not null
);
create table organisation (
    id       uuid primary key,
    name     text not null,
    domains  text[] not null,
    told_at  timestamptz not null
);

-- Whom the ticket's requester belongs to: they may be offered what is for their organisation.
alter table ticket add organisation_id uuid;
