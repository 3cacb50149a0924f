-- The student, for a person who may see who read about them.
-- Role: kazumi_app, acting for that person; the grant is tested here and, once more, by the policies.
-- $1 uuid: person; $2 uuid: student. At most one row.
select s.student_id, s.name
from students s
where s.student_id = $2
  and exists (
      select 1 from grants g
      where g.user_id = $1 and g.student_id = s.student_id and g.sees_accesses
        and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
