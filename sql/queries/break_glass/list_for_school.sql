-- The emergencies of a school's students, newest first, but for children a court keeps the asker away from.
-- Role: kazumi_registrar, acting for somebody who reviews them.
-- $1 uuid: school. One row an emergency; 200 at most.
select b.break_glass_id, b.student_id, s.name as student_name, b.user_id, u.name, b.acted_as, b.reason, b.opened_at,
       coalesce(b.ended_at, b.valid_to) as valid_to, b.ended_at is null and now() < b.valid_to as is_open
from break_glass b
join students s on s.student_id = b.student_id
join users u on u.user_id = b.user_id
where s.school_id = $1 and not kept_away(s.student_id)
order by b.opened_at desc, b.break_glass_id
limit 200
