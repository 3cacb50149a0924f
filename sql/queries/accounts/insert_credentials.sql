-- What a new person signs in with.
-- Role: kazumi_owner.
-- $1 uuid: person; $2 text: e-mail in lower case; $3 text: password hash (PHC string). No rows.
insert into credentials (user_id, email, password_hash) values ($1, $2, $3)
