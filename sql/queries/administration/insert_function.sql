-- Gives a function in a school.
-- Role: kazumi_registrar, acting for somebody who administers the school.
-- $1 uuid: new row; $2 uuid: person; $3 uuid: school; $4 text: function; $5 timestamptz: from, null for now; $6 timestamptz: to, or null.
insert into staff_functions (staff_function_id, user_id, school_id, function, valid_from, valid_to)
values ($1, $2, $3, $4, coalesce($5, now()), $6)
