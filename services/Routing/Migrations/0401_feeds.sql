-- Links to an agent's duties count from 0; those made before the one in force are dead.
alter table agent add column feed int not null default 0;
