-- Demo networks. A row that exists stays as it is.
-- Role: kazumi_owner.
-- $1 jsonb: array of {network_id, name}. No rows.
insert into networks (network_id, name)
select r.network_id, r.name
from jsonb_to_recordset($1) as r (network_id uuid, name text)
on conflict do nothing
