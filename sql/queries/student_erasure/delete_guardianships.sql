-- Deletes who a student's family is.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from guardianships where student_id = $1
