-- A student, for a person who may see it, with how that person is tied to it.
-- Role: kazumi_app, acting for that person; the grant is tested here and, once more, by the policies.
-- $1 uuid: person; $2 uuid: student. At most one row.
select s.name,
       exists (
           select 1 from guardianships g
           where g.student_id = s.student_id and g.user_id = $1
             and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)) as is_guardian,
       exists (
           select 1 from team_links l
           where l.student_id = s.student_id and l.user_id = $1
             and l.valid_from <= now() and (l.valid_to is null or now() < l.valid_to)) as is_in_team,
       array(
           select distinct f.function from staff_functions f
           where f.school_id = s.school_id and f.user_id = $1
             and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)) as school_functions
from students s
where s.student_id = $2 and has_active_grant($1, s.student_id, null, 'read')
