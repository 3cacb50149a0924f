-- The person's open sessions, and those of the last month that were ended because a refresh token was used twice; the last used first.
-- Role: kazumi_app.
-- $1 uuid: person. At most 100 rows.
select session_id, browser, system, shared_computer, created_at, last_used_at, revoked_at is not null as ended
from login_sessions
where user_id = $1
  and second_factor_owed is null
  and (revoked_at is null and expires_at > now()
       or revoked_why = 'reuse' and revoked_at > now() - interval '30 days')
order by last_used_at desc
limit 100
