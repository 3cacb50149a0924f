-- Removes all grants of one student, in the transaction that writes the new ones.
-- Role: kazumi_owner or kazumi_registrar.
-- $1 uuid: student. No rows.
delete from grants where student_id = $1
