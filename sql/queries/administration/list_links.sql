-- Memberships in teams of students of schools the asker administers; past and future ones too, and whether a court keeps the asker away from the
-- child: acts reach those as well, no list shows them.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid[]: people, or null; $2 uuid[]: students, or null; $3 uuid: only of this school, or null. One row a membership.
select l.team_link_id, l.user_id, u.name, u.disabled_at is not null as closed, l.student_id, s.name as student_name, s.school_id,
       l.function, l.valid_from, l.valid_to, l.version, kept_away(l.student_id) as kept_away
from team_links l
join students s on s.student_id = l.student_id
join users u on u.user_id = l.user_id
where ($1::uuid[] is null or l.user_id = any ($1))
  and ($2::uuid[] is null or l.student_id = any ($2))
  and ($3::uuid is null or s.school_id = $3)
order by l.valid_to desc nulls first, u.name, s.name, l.valid_from desc, l.team_link_id
