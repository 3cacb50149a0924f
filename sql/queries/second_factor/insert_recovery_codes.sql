-- New recovery codes.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person; $2 bytea[]: SHA-256 of each.
insert into recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])
