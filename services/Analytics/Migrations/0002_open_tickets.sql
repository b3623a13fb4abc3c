-- What the overview looks at of open tickets, in the order it shows them: it then reads what it shows, not every open ticket.
drop index ticket_open;
create index ticket_open on ticket (priority, team) include (team_name) where status not in ('resolved', 'closed');
create index ticket_waiting on ticket (greatest(registered_at, spoke_at), number) where status in ('new', 'open') and registered_at is not null;
create index ticket_due on ticket (due_at, number) where status not in ('resolved', 'closed') and registered_at is not null;
