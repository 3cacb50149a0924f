-- The address a person signs in with.
-- Role: kazumi_app.
-- $1 uuid: person. At most one row.
select email from credentials where user_id = $1
