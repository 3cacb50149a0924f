-- How the asker is tied to a student as family. Other guardians' ties are theirs.
-- Role: kazumi_app, acting for that person (policy of guardianships).
-- $1 uuid: person; $2 uuid: student.
select g.kinship, g.custody, g.valid_from, g.valid_to
from guardianships g
where g.user_id = $1 and g.student_id = $2
  and g.valid_from <= now() and (g.valid_to is null or g.valid_from < g.valid_to)
order by g.valid_from, g.guardianship_id
