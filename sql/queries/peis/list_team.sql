-- The people in a student's team today.
-- Role: kazumi_app, acting for a person with an active grant on the student (policy of team_links).
-- $1 uuid: student. One row a person and function, a dozen at most.
select u.user_id, u.name, t.function
from team_links t
join users u on u.user_id = t.user_id
where t.student_id = $1
  and t.valid_from <= now()
  and (t.valid_to is null or now() < t.valid_to)
order by u.name, t.function
