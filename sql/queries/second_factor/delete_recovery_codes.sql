-- Forgets the person's recovery codes.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person.
delete from recovery_codes where user_id = $1
