-- What the scanner says of a file. Without a scanner all stay unseen and are given out; with one, what it has not seen is held back.
alter table attachment add column scan text not null default 'unseen' check (scan in ('unseen', 'clean', 'infected', 'unscannable'));
alter table attachment add column scan_detail text;
alter table attachment add column scan_tries smallint not null default 0;
create index attachment_unseen on attachment (scan_tries, created_at) where scan = 'unseen';
