-- What is needed to check a password. The only statement that reads a password hash.
-- Role: kazumi_app.
-- $1 text: e-mail in lower case. At most one row.
select user_id, password_hash, auth_version from credentials where email = $1
