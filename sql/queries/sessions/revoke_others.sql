-- Ends all sessions of a person but one.
-- Role: kazumi_app.
-- $1 uuid: person; $2 uuid: the session that stays. One row per session.
update login_sessions set revoked_at = now(), revoked_why = 'device'
where user_id = $1 and session_id <> $2 and revoked_at is null and expires_at > now()
returning session_id
