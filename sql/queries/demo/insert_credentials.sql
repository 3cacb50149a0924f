-- Login names and passwords of demo people. A password that was changed since stays changed.
-- Role: kazumi_owner.
-- $1 jsonb: array of {user_id, email, password_hash}. No rows.
insert into credentials (user_id, email, password_hash)
select r.user_id, r.email, r.password_hash
from jsonb_to_recordset($1) as r (user_id uuid, email text, password_hash text)
on conflict do nothing
