-- Uses up a recovery code: of many at once exactly one counts.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person; $2 bytea: SHA-256 of the code. Counts one, or none.
update recovery_codes set used_at = now() where user_id = $1 and code_hash = $2 and used_at is null
