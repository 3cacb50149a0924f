-- A student, for a person who may see it; whether that person may see who decided, and decides themselves.
-- Role: kazumi_app, acting for that person; the grant is tested here and, once more, by the policies.
-- $1 uuid: person; $2 uuid: student. At most one row.
select s.student_id, s.school_id, s.name,
       exists (
           select 1 from grants g
           where g.user_id = $1 and g.student_id = s.student_id and g.sees_accesses
             and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)) as sees_history,
       decides_for($1, s.student_id) as decides,
       array(
           select distinct f.function from staff_functions f
           where f.school_id = s.school_id and f.user_id = $1
             and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)) as school_functions
from students s
where s.student_id = $2 and has_active_grant($1, s.student_id, null, 'read')
