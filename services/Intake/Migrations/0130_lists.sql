-- A list of one category or priority, solved tickets included, read backwards through every ticket until the page was full: all of them, for a rare one.
create index ticket_of_category on ticket (category, id);
create index ticket_of_priority on ticket (priority, id);
