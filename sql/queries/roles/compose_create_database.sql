-- The statement that makes a database owned by the owner role.
-- Role: the cluster's superuser.
-- $1 text: database name; $2 text: owning role; $3 text: template database. One row: the statement's text.
select format('create database %I owner %I template %I', $1::text, $2::text, $3::text)
