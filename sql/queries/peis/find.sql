-- A plan and whose it is, for a person with an active grant on the student.
-- Role: kazumi_app, acting for that person; the grant is tested here and, once more, by the policies.
-- $1 uuid: person; $2 uuid: plan. At most one row.
select p.pei_id, p.state, p.school_year, s.student_id, s.name as student_name, c.name as class_name,
       sc.name as school_name,
       exists (
           select 1 from grants g
           where g.user_id = $1 and g.student_id = p.student_id and g.sees_accesses
             and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)) as sees_accesses
from peis p
join students s on s.student_id = p.student_id
join schools sc on sc.school_id = s.school_id
left join classes c on c.class_id = s.class_id
where p.pei_id = $2
  and exists (
      select 1 from grants g
      where g.user_id = $1
        and g.student_id = p.student_id
        and g.valid_from <= now()
        and (g.valid_to is null or now() < g.valid_to))
