-- The request for a new password that a token belongs to, as long as it counts: not used, in time, credentials unchanged.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the token. At most one row.
select r.reset_id, r.user_id, c.email
from password_resets r
join credentials c on c.user_id = r.user_id
where r.token_hash = $1
  and r.used_at is null
  and now() < r.expires_at
  and r.auth_version = c.auth_version
