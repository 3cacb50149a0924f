-- The session was used. On a shared computer its end moves along, unless a second factor is still owed.
-- Role: kazumi_app.
-- $1 uuid: session; $2 double precision: seconds that a shared computer may be left alone. One row: the session's end.
update login_sessions
set last_used_at = now(),
    expires_at = case
        when shared_computer and second_factor_owed is null then least(latest_end, now() + make_interval(secs => $2))
        else expires_at
    end
where session_id = $1
returning expires_at
