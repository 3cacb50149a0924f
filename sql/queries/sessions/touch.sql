-- The session was used: its end moves along, unless a second factor is still owed.
-- Role: kazumi_app.
-- $1 uuid: session. One row: the session's end.
update login_sessions
set last_used_at = now(),
    expires_at = case
        when second_factor_owed is null and idle is not null then least(latest_end, now() + idle)
        else expires_at
    end
where session_id = $1
returning expires_at
