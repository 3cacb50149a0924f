-- A guardianship, held until the transaction ends. The student is locked before.
-- Role: kazumi_registrar, acting for somebody who administers the student's school.
-- $1 uuid: guardianship; $2 uuid: student. At most one row.
select g.user_id, g.valid_from, g.valid_to, g.version, now() as now
from guardianships g
where g.guardianship_id = $1 and g.student_id = $2
for update
