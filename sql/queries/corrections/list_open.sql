-- The requests of a school that wait for an answer, the most urgent first, but for children a court keeps the asker away from.
-- Role: kazumi_registrar, acting for somebody who answers for the school.
-- $1 uuid: school. 200 at most.
select c.correction_id, c.student_id, s.name as student_name, c.asked_as, c.asked_at, c.due_at
from corrections c
join students s on s.student_id = c.student_id
where s.school_id = $1 and c.answered_at is null and not kept_away(c.student_id)
order by c.due_at, c.correction_id
limit 200
