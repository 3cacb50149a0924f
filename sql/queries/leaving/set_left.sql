-- Notes the first day on which a child was no longer at the school, or that it is there again.
-- Role: kazumi_owner.
-- $1 uuid: student; $2 date: the day or null. No rows.
update students set left_on = $2 where student_id = $1
