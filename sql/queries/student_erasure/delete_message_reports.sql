-- Deletes reports about messages in a student's rooms, with what was frozen. Of a record that is held nothing is erased.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from message_reports where student_id = $1
