-- Whose address this is, if a new password may be sent to it: confirmed, account open, and not asked for three times within the last hour.
-- Role: kazumi_app.
-- $1 text: e-mail in lower case. At most one row.
select c.user_id, c.auth_version
from credentials c
where c.email = $1
  and c.email_confirmed_at is not null
  and (select count(*) from password_resets r where r.user_id = c.user_id and r.created_at > now() - interval '1 hour') < 3
