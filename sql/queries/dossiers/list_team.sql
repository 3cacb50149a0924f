-- Who is or was in a student's team, the first first; not who will be, nor what was withdrawn before it began. The name is null of somebody out of the asker's sight.
-- Role: kazumi_app, acting for a person with an active grant on the student (policy of team_links).
-- $1 uuid: student.
select t.user_id, u.name, t.function, t.valid_from, t.valid_to
from team_links t
left join users u on u.user_id = t.user_id
where t.student_id = $1
  and t.valid_from <= now() and (t.valid_to is null or t.valid_from < t.valid_to)
order by t.valid_from, u.name, t.team_link_id
