-- A new password of the person the transaction acts for; all access tokens made before end.
-- Role: kazumi_app, acting for that person.
-- $1 text: password hash (PHC string). One row: the new version of the credentials, null when there are none.
select set_own_password($1) as auth_version
