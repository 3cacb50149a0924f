-- What a person may see and write of students the asker administers, and when; past stretches are left out.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: person; $2 uuid[]: students, or null for all. One row a grant.
select g.student_id, g.section, g.access, g.valid_from, g.valid_to, g.sees_accesses, now() as now
from grants g
where g.user_id = $1
  and ($2::uuid[] is null or g.student_id = any ($2))
  and (g.valid_to is null or g.valid_to > now())
