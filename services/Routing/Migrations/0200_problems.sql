-- The cause behind several tickets. Its facts are the truth; the row is the lock, the version, and what lists ask for.
create sequence problem_number;
create table problem (
    id uuid primary key,
    number text not null unique default 'P-' || nextval('problem_number'),
    version bigint not null,
    title text not null,
    status text not null,
    -- A major incident: led in public, with one voice.
    major boolean not null,
    next_word_at timestamptz,
    tickets int not null,
    updated_at timestamptz not null
);
create index problem_active on problem (updated_at) where status <> 'solved';
create index problem_major on problem (id) where major;

create table problem_fact (
    problem_id uuid not null references problem,
    seq int not null,
    fact json not null,
    primary key (problem_id, seq)
);
