-- Nobody but the owner makes objects in the public schema.
-- Role: the cluster's superuser, connected to the database in question.
-- No parameters, no rows.
revoke create on schema public from public
