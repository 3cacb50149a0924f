-- Ends the memberships that rest on a function in a school: who is no longer teacher there is in no team there as teacher. Those that
-- have not begun are withdrawn.
-- Role: kazumi_registrar.
-- $1 uuid: person; $2 text: function; $3 uuid: school; $4 timestamptz: when. One row a membership: its student.
update team_links l set valid_to = greatest($4, l.valid_from), version = l.version + 1
from students s
where s.student_id = l.student_id
  and s.school_id = $3
  and l.user_id = $1
  and l.function = $2
  and (l.valid_to is null or l.valid_to > $4)
returning l.student_id
