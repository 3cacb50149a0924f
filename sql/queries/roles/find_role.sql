-- Whether a role exists.
-- Role: the cluster's superuser.
-- $1 text: role name. At most one row.
select rolname::text from pg_roles where rolname = $1
