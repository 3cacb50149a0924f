-- Plans of the demo's students, of this school year. A row that exists stays as it is.
-- Nothing is added about a student who was erased.
-- Role: kazumi_owner.
-- $1 jsonb: array of {pei_id, student_id, version, state}. No rows.
insert into peis (pei_id, student_id, school_year, version, state)
select r.pei_id, r.student_id, extract(year from current_date)::integer, r.version, r.state
from jsonb_to_recordset($1) as r (pei_id uuid, student_id uuid, version integer, state text)
where not exists (select 1 from students s where s.student_id = r.student_id and s.erased_at is not null)
on conflict do nothing
