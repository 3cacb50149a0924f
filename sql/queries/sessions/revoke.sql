-- Ends a session.
-- Role: kazumi_app.
-- $1 uuid: session; $2 text: why. No rows; counts one, or none when it had ended already.
update login_sessions set revoked_at = now(), revoked_why = $2 where session_id = $1 and revoked_at is null
