-- Ends the sessions of a person whose password has changed, all but one.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person; $2 uuid: the session that stays, or null. No rows.
update login_sessions
set revoked_at = now(), revoked_why = 'password'
where user_id = $1 and revoked_at is null and ($2::uuid is null or session_id <> $2)
