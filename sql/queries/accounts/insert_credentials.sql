-- What a new person signs in with.
-- Role: kazumi_owner or kazumi_registrar.
-- $1 uuid: person; $2 text: e-mail in lower case; $3 text: password hash (PHC string); $4 boolean: whether the address is known to be
-- theirs. No rows.
insert into credentials (user_id, email, password_hash, email_confirmed_at) values ($1, $2, $3, case when $4 then now() end)
