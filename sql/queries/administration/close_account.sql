-- Closes an account.
-- Role: kazumi_registrar.
-- $1 uuid: person. No rows.
update users set disabled_at = now() where user_id = $1
