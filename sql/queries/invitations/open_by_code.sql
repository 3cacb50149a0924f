-- The open invitation of a printed code, and for whom it is taken. A wrong code costs the invitation it points at one of its tries.
-- Role: kazumi_app.
-- $1 text: what finds the invitation; $2 bytea: keyed hash of the code. At most one row.
select invitation_id, inviter_id from try_invitation_code($1, $2)
