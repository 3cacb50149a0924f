-- A function that a person exercises from now on, in a school or (null) in the whole network.
-- Role: kazumi_owner.
-- $1 uuid: row; $2 uuid: person; $3 uuid: school or null; $4 text: function. No rows.
insert into staff_functions (staff_function_id, user_id, school_id, function) values ($1, $2, $3, $4)
