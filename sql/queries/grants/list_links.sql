-- Every tie of people to students: team links, functions in the student's school, guardianships, emergencies; past and future ones
-- too, because a grant carries its own dates. Which of them allow anything is decided by `domain::permission`. An erased student has none.
-- Role: kazumi_owner, kazumi_registrar.
-- $1 uuid[]: students; $2 uuid: only of this person, or null. One row a tie, some dozens a student at most.
select 'team' as relation, l.student_id, l.user_id, l.function, null::boolean as can_view, null::boolean as can_write,
       null::boolean as judicial_restriction, l.valid_from, l.valid_to
from team_links l
where l.student_id = any ($1) and ($2::uuid is null or l.user_id = $2)
union all
select 'school', s.student_id, f.user_id, f.function, null, null, null, f.valid_from, f.valid_to
from students s
join staff_functions f on f.school_id = s.school_id
where s.student_id = any ($1) and s.erased_at is null and ($2::uuid is null or f.user_id = $2)
union all
select 'guardian', g.student_id, g.user_id, null, g.can_view, g.can_write, g.judicial_restriction, g.valid_from, g.valid_to
from guardianships g
where g.student_id = any ($1) and ($2::uuid is null or g.user_id = $2)
union all
select 'emergency', b.student_id, b.user_id, null, null, null, null, b.opened_at, coalesce(b.ended_at, b.valid_to)
from break_glass b
join students s on s.student_id = b.student_id
where b.student_id = any ($1) and s.erased_at is null and ($2::uuid is null or b.user_id = $2)
order by student_id, relation, user_id, valid_from
