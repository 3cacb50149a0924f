-- The school of a student whom the asker administers.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: student. At most one row.
select school_id from students where student_id = $1
