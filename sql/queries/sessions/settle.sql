-- Nothing is owed any more: the session counts, and its person has just shown who they are.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: session; $2 double precision: seconds that a shared computer may be left alone. No rows.
update login_sessions
set second_factor_owed = null,
    confirmed_at = now(),
    expires_at = case
        when second_factor_owed is null then expires_at
        when shared_computer then least(latest_end, now() + make_interval(secs => $2))
        else coalesce(latest_end, expires_at)
    end
where session_id = $1 and revoked_at is null
