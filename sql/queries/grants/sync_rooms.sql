-- Lets the members of students' rooms follow the grants that were just written.
-- Role: kazumi_owner, kazumi_registrar.
-- $1 uuid[]: students. One row, empty.
select sync_rooms($1)
