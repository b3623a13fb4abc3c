-- What others were told of an agent's teams; they are told anew when it is no longer so.
alter table agent add told_teams text[], add told_active boolean;
