-- The requests about a student that a person may see, newest first.
-- Role: kazumi_app, acting for that person (policy of corrections).
-- $1 uuid: student; $2 bigint: how many at most, or null for all.
select c.correction_id, c.asked_by, a.name as asked_by_name, c.asked_as, c.wrong, c.should_say, c.asked_at, c.due_at, c.accepted,
       c.answer, c.answered_at, w.name as answered_by_name
from corrections c
join users a on a.user_id = c.asked_by
left join users w on w.user_id = c.answered_by
where c.student_id = $1
order by c.asked_at desc, c.correction_id desc
limit $2
