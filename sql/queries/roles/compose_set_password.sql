-- The statement that gives a role its password again, after the file of passwords was renewed.
-- Role: the cluster's superuser.
-- $1 text: role name; $2 text: password. One row: the statement's text.
select format('alter role %I login nosuperuser nocreatedb nocreaterole nobypassrls noreplication password %L',
              $1::text, $2::text)
