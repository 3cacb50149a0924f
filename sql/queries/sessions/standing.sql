-- How an access token's session stands: 'live', what it still owes, or null when it is over (ended, past its time, other credentials,
-- closed account).
-- Role: kazumi_app, acting for that person. Asked with every request and every join: three primary keys.
-- $1 uuid: session; $2 uuid: person; $3 integer: version of the credentials. One row.
select login_session_standing($1, $2, $3) as standing
