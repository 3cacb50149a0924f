-- Who took a copy of a student's dossier, newest first.
-- Role: kazumi_app, acting for a person who may see who read (policy of dossiers).
-- $1 uuid: student; $2 bigint: how many at most, or null for all.
select d.dossier_id, d.user_id, u.name, d.taker_ties, d.taken_at
from dossiers d
join users u on u.user_id = d.user_id
where d.student_id = $1
order by d.taken_at desc, d.dossier_id
limit $2
