-- The people of a school: with a function in it or one of the whole network (not its managers), in the team of one of its students, or
-- guardians of one. Past ties count, so that what was ended can be found.
-- Role: kazumi_registrar, acting for somebody who administers the school.
-- $1 uuid: school; $2 text: part of the name or null; $3 text: kind or null; $4 text, $5 uuid: after this searchable name and id, or
-- null; $6 bigint: how many at most. By searchable name.
select u.user_id, u.name, u.kind, u.disabled_at, searchable(u.name) as searchable_name
from users u
where u.user_id in (
          select f.user_id from staff_functions f
          where f.school_id = $1 or f.school_id is null and f.function <> 'network_manager'
          union
          select l.user_id from team_links l join students s on s.student_id = l.student_id where s.school_id = $1
          union
          select g.user_id from guardianships g join students s on s.student_id = g.student_id where s.school_id = $1)
  and ($2::text is null or position(searchable($2) in searchable(u.name)) > 0)
  and ($3::text is null or u.kind = $3)
  and ($4::text is null or (searchable(u.name), u.user_id) > ($4, $5::uuid))
order by searchable(u.name), u.user_id
limit $6
