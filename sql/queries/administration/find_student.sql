-- A student of a school the asker administers, unless a court keeps the asker away from the child.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: student. At most one row.
select s.student_id, s.name, c.name as class_name, s.school_id, sc.name as school_name
from students s
join schools sc on sc.school_id = s.school_id
left join classes c on c.class_id = s.class_id
where s.student_id = $1
  and not kept_away(s.student_id)
