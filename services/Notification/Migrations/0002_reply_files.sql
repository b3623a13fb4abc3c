-- Files of agents' replies, until the mail that carries them is sent. They come by events of their own, before the reply's.
create table reply_file (
    message_id  uuid        not null,
    file_id     uuid        not null,
    content     bytea       not null,
    at          timestamptz not null,
    primary key (message_id, file_id)
);
-- Most files are compressed already: store them as they are, outside the row.
alter table reply_file alter column content set storage external;
create index reply_file_at on reply_file (at);
