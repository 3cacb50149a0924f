-- Deletes requests to correct something, and their answers. When each was asked and answered is in the audit log.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from corrections where student_id = $1
