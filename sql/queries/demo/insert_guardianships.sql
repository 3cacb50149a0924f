-- Guardians and children of the demo, since some days ago. A row that exists stays as it is.
-- Nothing is added about a student who was erased.
-- Role: kazumi_owner.
-- $1 jsonb: array of {guardianship_id, student_id, user_id, kinship, custody, can_view, can_write, judicial_restriction,
-- since_days}. No rows.
insert into guardianships (
    guardianship_id, student_id, user_id, kinship, custody, can_view, can_write, judicial_restriction, valid_from)
select r.guardianship_id, r.student_id, r.user_id, r.kinship, r.custody, r.can_view, r.can_write,
       r.judicial_restriction, now() - make_interval(days => r.since_days)
from jsonb_to_recordset($1) as r (
    guardianship_id uuid, student_id uuid, user_id uuid, kinship text, custody text, can_view boolean,
    can_write boolean, judicial_restriction boolean, since_days integer)
where not exists (select 1 from students s where s.student_id = r.student_id and s.erased_at is not null)
on conflict do nothing
