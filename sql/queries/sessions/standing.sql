-- How the session of an access token stands: 'live', what it still owes, or null when it is over (ended, past its time, other credentials,
-- closed account), or not of the person that the transaction acts for.
-- Role: kazumi_app, acting for that person. Asked with every request and every join: three primary keys.
-- $1 uuid: session; $2 integer: version of the credentials. One row.
select own_session_standing($1, $2) as standing
