-- The open invitation of a token, and for whom it is taken.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the token. At most one row.
select invitation_id, inviter_id from open_invitation($1)
