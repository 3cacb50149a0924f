-- Guardianships over students of schools the asker administers; past and future ones too, and whether a court keeps the asker away from the
-- child: acts reach those as well, no list shows them.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid[]: people, or null; $2 uuid[]: students, or null; $3 uuid: only of this school, or null. One row a guardianship.
select g.guardianship_id, g.user_id, u.name, u.disabled_at is not null as closed, g.student_id, s.name as student_name, s.school_id,
       g.kinship, g.custody, g.can_view, g.can_write, g.judicial_restriction, g.valid_from, g.valid_to, g.version,
       kept_away(g.student_id) as kept_away
from guardianships g
join students s on s.student_id = g.student_id
join users u on u.user_id = g.user_id
where ($1::uuid[] is null or g.user_id = any ($1))
  and ($2::uuid[] is null or g.student_id = any ($2))
  and ($3::uuid is null or s.school_id = $3)
order by g.valid_to desc nulls first, u.name, s.name, g.valid_from desc, g.guardianship_id
