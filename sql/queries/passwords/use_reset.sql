-- Uses a request up. Of any number at once, one counts a row.
-- Role: kazumi_app, acting for the person.
-- $1 uuid: request. No rows; counts one, or none when it was used, came too late, or the credentials changed meanwhile.
update password_resets r
set used_at = now()
where r.reset_id = $1
  and r.used_at is null
  and now() < r.expires_at
  and r.auth_version = (select c.auth_version from credentials c where c.user_id = r.user_id)
