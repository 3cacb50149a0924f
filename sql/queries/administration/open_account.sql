-- Opens an account again.
-- Role: kazumi_registrar.
-- $1 uuid: person. No rows.
update users set disabled_at = null where user_id = $1
