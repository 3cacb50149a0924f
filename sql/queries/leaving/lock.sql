-- Holds a student's row until the transaction ends: whoever adds a row about the student waits as well.
-- Role: kazumi_owner.
-- $1 uuid: student. At most one row: where the record stands.
select left_on, held_at, erased_at from students where student_id = $1 for update
