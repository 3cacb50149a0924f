-- The version of a person's credentials, which new access tokens carry.
-- Role: kazumi_app.
-- $1 uuid: person. At most one row.
select auth_version from credentials where user_id = $1
