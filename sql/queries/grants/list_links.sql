-- Every tie of a person to one student: team links, functions in the student's school, guardianships; past and future ones
-- too, because a grant carries its own dates. Which of them allow anything is decided by `domain::permission`.
-- Role: kazumi_owner or kazumi_registrar.
-- $1 uuid: student. One row a tie, some dozens at most.
select 'team' as relation, l.user_id, l.function, null::boolean as can_view, null::boolean as can_write,
       null::boolean as judicial_restriction, l.valid_from, l.valid_to
from team_links l
where l.student_id = $1
union all
select 'school', f.user_id, f.function, null, null, null, f.valid_from, f.valid_to
from students s
join staff_functions f on f.school_id = s.school_id
where s.student_id = $1
union all
select 'guardian', g.user_id, null, g.can_view, g.can_write, g.judicial_restriction, g.valid_from, g.valid_to
from guardianships g
where g.student_id = $1
order by relation, user_id, valid_from
