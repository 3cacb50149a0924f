-- The request for a new password that a token from a mail belongs to, as long as it counts: not used, in time, credentials unchanged.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the token. At most one row.
select reset_id, user_id, null::uuid as issued_by from open_reset($1)
