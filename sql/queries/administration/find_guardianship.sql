-- Whether somebody is, or will be, a guardian of a student, and whether a court forbids access.
-- Role: kazumi_registrar, acting for somebody who administers the student's school.
-- $1 uuid: student; $2 uuid: person. One row.
select coalesce(bool_or(g.valid_to is null or g.valid_to > now()), false) as living,
       coalesce(bool_or(g.judicial_restriction), false) as restricted, now() as now
from guardianships g
where g.student_id = $1 and g.user_id = $2
