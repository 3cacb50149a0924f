-- A membership in the team of a student, held until the transaction ends. The student is locked before.
-- Role: kazumi_registrar, acting for somebody who administers the student's school.
-- $1 uuid: membership; $2 uuid: student. At most one row.
select l.user_id, l.valid_to, l.version, now() as now
from team_links l
where l.team_link_id = $1 and l.student_id = $2
for update
