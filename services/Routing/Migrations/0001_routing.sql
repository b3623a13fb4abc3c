-- The ticket as the desk works on it. The timeline is the truth; this row is the lock, the version, and what lists and monitors ask for.
create table work_item (
    ticket_id uuid primary key,
    number text not null unique,
    version bigint not null,
    status text not null,
    waiting_for text,
    type text not null,
    category text,
    impact text not null,
    urgency text not null,
    priority smallint not null,
    team text,
    assignee_id uuid,
    requester_email text not null,
    organisation text,
    channel text not null,
    registered_at timestamptz not null,
    updated_at timestamptz not null,
    next_step text,
    next_step_at timestamptz,
    -- When time alone will change something: a promise at risk or broken, a pause over, a solved ticket to close.
    wake_at timestamptz,
    -- What was written, to learn from when it is solved.
    words text not null
);
create index work_item_wakes on work_item (wake_at) where wake_at is not null;
create index work_item_held on work_item (assignee_id) where status in ('new', 'open', 'waiting');
create index work_item_open on work_item (team) where status in ('new', 'open', 'waiting');

create table timeline (
    ticket_id uuid not null references work_item,
    seq int not null,
    at timestamptz not null,
    kind text not null,
    fact json not null,
    primary key (ticket_id, seq)
);

-- What the classifier learns: solved tickets and what they turned out to be. A correction is a lesson with a higher id.
create table lesson (
    id bigint generated always as identity unique,
    ticket_id uuid primary key,
    category text not null,
    words text not null,
    learned_at timestamptz not null default now()
);

create table agent (
    id uuid primary key,
    email text not null,
    name text not null,
    role text not null,
    active boolean not null,
    presence text not null default 'available',
    teams text[] not null default '{}',
    changed_at timestamptz not null
);
create unique index agent_email on agent (lower(email)) where active;

create table black_hole (
    ticket_id uuid primary key,
    number text not null,
    reason text not null,
    found_at timestamptz not null
);

-- How the desk is set up: a document a kind, every version of it kept, the highest in force.
create table setup_document (
    kind text not null,
    version bigint not null,
    document json not null,
    changed_at timestamptz not null default now(),
    changed_by text not null,
    primary key (kind, version)
);

-- Moves with every change of set-up or agents, so that each process sees in one small read whether what it remembers still holds.
create table setup_version (one boolean primary key default true check (one), version bigint not null);
insert into setup_version (version) values (1);

insert into setup_document (kind, version, changed_by, document) values
('teams', 1, 'desk', '{"items":[
  {"key":"service-desk","sv":"Servicedesk","en":"Service desk","line":"first"},
  {"key":"network","sv":"Nätverk","en":"Network","line":"second"},
  {"key":"workplace","sv":"Arbetsplats","en":"Workplace","line":"second"},
  {"key":"applications","sv":"Verksamhetssystem","en":"Applications","line":"second"}
]}'),
('categories', 1, 'desk', '{"items":[
  {"key":"account.password","sv":"Lösenord och inloggning","en":"Password and sign-in","team":"service-desk"},
  {"key":"account.access","sv":"Behörighet","en":"Access rights","team":"service-desk"},
  {"key":"computer","sv":"Dator","en":"Computer","team":"workplace"},
  {"key":"printer","sv":"Skrivare","en":"Printer","team":"workplace"},
  {"key":"phone","sv":"Telefon","en":"Phone","team":"workplace"},
  {"key":"network.wifi","sv":"Trådlöst nätverk","en":"Wireless network","team":"network"},
  {"key":"network.vpn","sv":"Nätverk och VPN","en":"Network and VPN","team":"network"},
  {"key":"email","sv":"E-post och kalender","en":"Mail and calendar","team":"service-desk"},
  {"key":"software.office","sv":"Kontorsprogram","en":"Office software","team":"workplace"},
  {"key":"software.install","sv":"Installera program","en":"Install software","team":"workplace"},
  {"key":"business.system","sv":"Verksamhetssystem","en":"Business system","team":"applications"},
  {"key":"security","sv":"Säkerhet","en":"Security","team":"service-desk"},
  {"key":"other","sv":"Övrigt","en":"Other","team":"service-desk"}
]}'),
('matrix', 1, 'desk', '{"cells":{
  "one":{"low":"P5","medium":"P4","high":"P3"},
  "group":{"low":"P4","medium":"P3","high":"P2"},
  "site":{"low":"P3","medium":"P2","high":"P1"},
  "all":{"low":"P3","medium":"P1","high":"P1"}
}}'),
('calendars', 1, 'desk', '{"items":[
  {"key":"office","sv":"Kontorstid","en":"Office hours","timeZone":"Europe/Stockholm","holidays":"SE","eves":true,
   "hours":{"monday":[["08:00","17:00"]],"tuesday":[["08:00","17:00"]],"wednesday":[["08:00","17:00"]],"thursday":[["08:00","17:00"]],"friday":[["08:00","17:00"]]}}
]}'),
('agreements', 1, 'desk', '{"items":[
  {"key":"default","sv":"Grundavtal","en":"Default agreement","calendar":"office","atRisk":0.75,"targets":{
    "P1":{"answer":"PT15M","reply":"PT30M","update":"PT1H","resolution":"PT4H"},
    "P2":{"answer":"PT30M","reply":"PT1H","update":"PT2H","resolution":"PT8H"},
    "P3":{"answer":"PT1H","reply":"PT2H","update":"PT8H","resolution":"PT16H"},
    "P4":{"answer":"PT2H","reply":"PT4H","update":"PT16H","resolution":"PT24H"},
    "P5":{"answer":"PT4H","reply":"PT4H","update":"PT24H","resolution":"PT40H"}}}
]}'),
('rules', 1, 'desk', '{"items":[
  {"name":"Everyone","when":{"words":["hela kommunen","hela företaget","hela organisationen","alla användare","alla medarbetare","alla anställda","i hela huset","everyone in the company","all users","all staff","whole company","entire company","company wide","the whole organisation"]},"set":{"impact":"all"}},
  {"name":"A whole site","when":{"words":["hela skolan","hela kontoret","hela byggnaden","hela förvaltningen","hela biblioteket","hela vårdcentralen","ingen på kontoret","ingen på skolan","whole office","entire office","whole building","whole school","entire school","whole site","nobody in the office","no one in the office","everyone in the office"]},"set":{"impact":"site"}},
  {"name":"A group","when":{"words":["hela avdelningen","vår avdelning","flera kollegor","flera av oss","mina kollegor har samma","hela teamet","hela klassen","vi är flera","fler som har","several colleagues","several of us","whole team","entire team","our department","whole department","my colleagues have the same","many of us"]},"set":{"impact":"group"}},
  {"name":"It stands still","when":{"words":["stillestånd","står still","står helt still","akut","brådskande","bråttom","omgående","omedelbart","kan inte arbeta","kan inte jobba","blixtsnabbt","urgent","asap","as soon as possible","immediately","emergency","outage","production is down","cannot work","can t work","standstill"]},"set":{"urgency":"high"}},
  {"name":"It can wait","when":{"words":["när ni har tid","när ni hinner","ingen brådska","inte bråttom","inget brådskande","ingen panik","när det passar","no rush","no hurry","not urgent","whenever you have time","when you have time","low priority"]},"set":{"urgency":"low"}},
  {"name":"Somebody wants something","when":{"words":["beställa","beställning","vill ha en ny","skulle vilja ha","önskar en","önskar få","ny medarbetare","nyanställd","ansöka om","kan jag få","kan vi få","behöver en ny","i would like","i d like","would like to order","please order","request for","requesting","new employee","new starter","new hire","could i get","can i get","can i have","i need a new"]},"set":{"type":"request"}},
  {"name":"Attacks","when":{"words":["phishing","nätfiske","ransomware","utpressningsvirus","skadlig kod","malware","virusvarning"]},"set":{"category":"security","urgency":"high"}}
]}');
