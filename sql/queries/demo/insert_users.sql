-- Demo people who can sign in. A row that exists stays as it is.
-- Role: kazumi_owner.
-- $1 jsonb: array of {user_id, network_id, kind, name}. No rows.
insert into users (user_id, network_id, kind, name)
select r.user_id, r.network_id, r.kind, r.name
from jsonb_to_recordset($1) as r (user_id uuid, network_id uuid, kind text, name text)
on conflict do nothing
