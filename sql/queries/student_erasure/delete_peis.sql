-- Deletes a student's plans. Their documents are gone already.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from peis where student_id = $1
