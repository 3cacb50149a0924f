-- The decisions about a student, newest first.
-- Role: kazumi_app, acting for a person who may see them (policy of consents).
-- $1 uuid: student; $2 bigint: how many at most, or null for all.
select c.kind, c.given, c.text_version, c.channel, c.evidence, c.decided_at, c.guardian_id, g.name as guardian_name,
       r.name as recorded_by_name
from consents c
join users g on g.user_id = c.guardian_id
join users r on r.user_id = c.recorded_by
where c.student_id = $1
order by c.seq desc
limit $2
