-- Whether a database exists.
-- Role: the cluster's superuser.
-- $1 text: database name. At most one row.
select datname::text from pg_database where datname = $1
