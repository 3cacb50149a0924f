-- The password hash of a person who is signed in, to be asked for the password again.
-- Role: kazumi_app.
-- $1 uuid: person. At most one row.
select password_hash from credentials where user_id = $1
