-- vip: a lead says of whom; ownership: a copy of Routing's, what is the person's own is helped but marked.
alter table person add column vip boolean not null default false;
alter table ticket add column ownership text not null default 'work';
