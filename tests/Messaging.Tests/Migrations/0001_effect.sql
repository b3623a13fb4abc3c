-- Deliberately without a key: an effect made twice is two rows.
create table effect (reaction text not null, subject uuid not null, number int not null, id bigint generated always as identity);
