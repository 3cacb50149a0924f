-- Switches the second factor off.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person. Counts one, or none when there was none.
delete from second_factors where user_id = $1
