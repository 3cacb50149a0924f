-- Locks the session a refresh token belongs to, so that two tabs that refresh at once are judged one after the other. The
-- token itself is read by the next statement, whose snapshot is younger than the lock.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the token. At most one row.
select s.session_id, s.user_id, s.expires_at, s.revoked_at is not null as revoked, s.second_factor_owed
from login_sessions s
where s.session_id = (select t.session_id from refresh_tokens t where t.token_hash = $1)
for update
