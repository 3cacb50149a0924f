-- Deletes a student's rooms. What was said in them is gone already.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from rooms where student_id = $1
