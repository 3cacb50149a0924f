-- Ends one session of a person.
-- Role: kazumi_app.
-- $1 uuid: session; $2 uuid: person. Counts one, or none when it is somebody else's, over or unknown.
update login_sessions set revoked_at = now(), revoked_why = 'device'
where session_id = $1 and user_id = $2 and revoked_at is null and expires_at > now()
