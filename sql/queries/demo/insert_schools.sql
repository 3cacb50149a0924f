-- Demo schools. A row that exists stays as it is.
-- Role: kazumi_owner.
-- $1 jsonb: array of {school_id, network_id, name}. No rows.
insert into schools (school_id, network_id, name)
select r.school_id, r.network_id, r.name
from jsonb_to_recordset($1) as r (school_id uuid, network_id uuid, name text)
on conflict do nothing
