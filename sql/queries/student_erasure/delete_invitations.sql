-- Deletes invitations that are about a student, taken or not.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from invitations where student_id = $1
