-- Deletes every right about a student. A trigger tells open seats.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from grants where student_id = $1
