-- Marks a refresh token as used.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the token. No rows; counts one, or none when it was used already.
update refresh_tokens set used_at = clock_timestamp() where token_hash = $1 and used_at is null
