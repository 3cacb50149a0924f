-- What the school's list says of a student, for a person who may take a copy: whoever may see who read.
-- Role: kazumi_app, acting for that person; the grant is tested here and, once more, by the policies.
-- $1 uuid: person; $2 uuid: student. At most one row.
select s.name, s.birth_date, s.created_at, s.left_on, c.name as class_name, sc.name as school_name
from students s
join schools sc on sc.school_id = s.school_id
left join classes c on c.class_id = s.class_id
where s.student_id = $2
  and exists (
      select 1 from grants g
      where g.user_id = $1 and g.student_id = s.student_id and g.sees_accesses
        and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
