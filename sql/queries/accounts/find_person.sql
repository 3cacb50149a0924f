-- A person who may sign in.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person. At most one row; none when the account is disabled.
select kind, name from users where user_id = $1 and disabled_at is null
