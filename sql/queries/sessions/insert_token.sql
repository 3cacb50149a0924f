-- A refresh token of a session.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the token; $2 uuid: session; $3 integer: its place in the family, from 0. No rows.
insert into refresh_tokens (token_hash, session_id, generation) values ($1, $2, $3)
