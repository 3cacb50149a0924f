-- Is this login session still good for this person, at this version of their credentials?
-- Role: kazumi_app, acting for the person.
-- $1 uuid: person · $2 uuid: login session · $3 int: auth version of the token
-- One row when it is, none otherwise.
select 1
from login_sessions s
join credentials c using (user_id)
join users u using (user_id)
where s.session_id = $2 and s.user_id = $1 and s.revoked_at is null and s.expires_at > now()
  and c.auth_version = $3 and u.disabled_at is null
