-- The statement that makes a plain login role: no superuser, no way around row-level security. Utility statements take no
-- parameters, so the server itself quotes name and password.
-- Role: the cluster's superuser.
-- $1 text: role name; $2 text: password. One row: the statement's text.
select format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls noreplication password %L',
              $1::text, $2::text)
