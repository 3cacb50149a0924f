-- An emergency of a student, held until the transaction ends.
-- Role: kazumi_registrar, acting for somebody who administers the student's school.
-- $1 uuid: emergency; $2 uuid: student. At most one row.
select b.user_id, u.name, b.ended_at is null and now() < b.valid_to as is_open
from break_glass b
join users u on u.user_id = b.user_id
where b.break_glass_id = $1 and b.student_id = $2
for update of b
