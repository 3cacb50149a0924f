-- A server that shows a room says who is in it by name and function, so the role that follows logs reads functions too. Names it reads already.
grant select (student_id, user_id, function, valid_from, valid_to) on team_links to kazumi_writer;
grant select (user_id, function, valid_from, valid_to) on staff_functions to kazumi_writer;
create policy writer_reads_functions on team_links for select to kazumi_writer using (true);
create policy writer_reads_functions on staff_functions for select to kazumi_writer using (true);
