-- Every mail with its last outcome: an agent may make a ticket of what was taken for automatic. The fold of its facts; the highest revision wins.
create table mail (
    id          uuid primary key,
    received_at timestamptz not null,
    outcome     text not null,
    revision    integer not null
);
create index mail_received on mail (received_at);

-- Facts from before did not name the mail; each was the only one of its mail.
insert into mail (id, received_at, outcome, revision) select message_id, at, detail, 0 from fact where kind = 'mail';
