-- The request of a code on paper, and who made it, as long as it counts. A wrong code costs the request it points at one of its tries.
-- Role: kazumi_app.
-- $1 text: what finds the request; $2 bytea: keyed hash of the code. At most one row.
select reset_id, user_id, issued_by from try_reset_code($1, $2)
