-- A plan and whose it is, without asking for a grant: only the policies are left. Built into no server that serves people
-- (src/sabotage.rs).
-- Role: kazumi_app, acting for a person.
-- $1 uuid: person; $2 uuid: plan. At most one row.
select p.pei_id, p.state, p.school_year, s.student_id, s.name as student_name, c.name as class_name,
       sc.name as school_name, true as sees_accesses
from peis p
join students s on s.student_id = p.student_id
join schools sc on sc.school_id = s.school_id
left join classes c on c.class_id = s.class_id
where p.pei_id = $2 and $1::uuid is not null
