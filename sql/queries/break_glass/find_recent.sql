-- How often a person has opened a record within the last hour, and whether this student's is open to them now.
-- Role: kazumi_registrar, acting for that person.
-- $1 uuid: person; $2 uuid: student. One row.
select (select u.name from users u where u.user_id = $1) as name,
       count(*) as recent,
       coalesce(bool_or(b.student_id = $2 and b.ended_at is null and now() < b.valid_to), false) as is_open
from break_glass b
where b.user_id = $1 and b.opened_at > now() - interval '1 hour'
