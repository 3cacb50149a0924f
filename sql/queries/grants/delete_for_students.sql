-- Removes grants of students, in the transaction that writes the new ones.
-- Role: kazumi_owner, kazumi_registrar.
-- $1 uuid[]: students; $2 uuid: only of this person, or null. No rows.
delete from grants where student_id = any ($1) and ($2::uuid is null or user_id = $2)
