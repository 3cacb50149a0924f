-- A request for a new password.
-- Role: kazumi_app.
-- $1 uuid: request; $2 uuid: person; $3 bytea: SHA-256 of its token; $4 integer: version of the credentials. No rows.
insert into password_resets (reset_id, user_id, token_hash, auth_version) values ($1, $2, $3, $4)
