-- Whose address this is, if a new password may be sent to it: confirmed, and not asked for three times within the last hour.
-- Role: kazumi_app.
-- $1 text: e-mail in lower case. At most one row.
select user_id, auth_version from account_to_reset($1)
