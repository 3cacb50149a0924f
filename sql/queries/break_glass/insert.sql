-- Opens a child's record in an emergency, from now on and for as long as the table says.
-- Role: kazumi_registrar, acting for the person who opens it.
-- $1 uuid: emergency; $2 uuid: student; $3 uuid: person; $4 text: function; $5 text: reason. No rows.
insert into break_glass (break_glass_id, student_id, user_id, acted_as, reason) values ($1, $2, $3, $4, $5)
