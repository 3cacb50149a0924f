-- Who opened a student's record in an emergency, newest first.
-- Role: kazumi_app, acting for a person who may see who read (policy of break_glass).
-- $1 uuid: student; $2 bigint: how many at most, or null for all.
select b.user_id, u.name, b.acted_as, b.reason, b.opened_at, coalesce(b.ended_at, b.valid_to) as valid_to
from break_glass b
join users u on u.user_id = b.user_id
where b.student_id = $1
order by b.opened_at desc, b.break_glass_id
limit $2
