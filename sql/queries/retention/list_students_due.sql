-- Children who left so long ago that their record is due, unless it is held.
-- Role: kazumi_owner.
-- $1 date: who left before it. One row a child, the longest gone first.
select s.student_id, s.left_on
from students s
where s.left_on < $1 and s.held_at is null
order by s.left_on, s.student_id
