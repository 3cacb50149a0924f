-- Holds a student's row while that student's links are read and the grants rewritten, so that two changes at once cannot
-- overwrite each other.
-- Role: kazumi_owner or kazumi_registrar.
-- $1 uuid: student. At most one row: the student's id.
select student_id from students where student_id = $1 for update
