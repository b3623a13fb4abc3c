-- An article may be the translation of another, as that was in one of its versions.
alter table article
    add translates          uuid references article on delete set null,
    add translates_version  int;
create unique index article_translation on article (translates, language) where translates is not null;
alter table published add translates uuid;
create index published_translation on published (translates) where translates is not null;
-- Whether it is a guide: an article in steps.
alter table published add is_guide boolean not null default false;
