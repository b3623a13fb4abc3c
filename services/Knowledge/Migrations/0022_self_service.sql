-- What became of articles that requesters read by themselves, counted by day. Nobody's name, address or session is kept.
create table self_service (
    day         date not null,
    article_id  uuid not null references article on delete cascade,
    outcome     text not null check (outcome in ('read', 'solved', 'left', 'asked')),
    times       int not null,
    primary key (day, article_id, outcome)
);

-- What the desk's time is worth.
create table desk_worth (
    only_one         boolean primary key default true check (only_one),
    minute_cost      numeric not null,
    contact_minutes  int not null,
    currency         text not null
);
insert into desk_worth (minute_cost, contact_minutes, currency) values (8, 12, 'SEK');
