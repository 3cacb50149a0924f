-- Whether an access token's session still counts: not ended, not past its time, credentials unchanged, account open.
-- Role: kazumi_app, acting for that person. Asked with every request and every join: three primary keys.
-- $1 uuid: session; $2 uuid: person; $3 integer: version of the credentials. One row.
select login_session_is_live($1, $2, $3) as live
