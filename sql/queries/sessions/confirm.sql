-- The person has just shown again who they are.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: session. No rows.
update login_sessions set confirmed_at = now() where session_id = $1 and revoked_at is null
