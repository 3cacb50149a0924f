-- Nothing is owed any more: the session counts, and its person has just shown who they are.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: session. No rows.
update login_sessions
set second_factor_owed = null,
    confirmed_at = now(),
    expires_at = case
        when second_factor_owed is null then expires_at
        else least(coalesce(latest_end, expires_at), now() + coalesce(idle, latest_end - now()))
    end
where session_id = $1 and revoked_at is null
