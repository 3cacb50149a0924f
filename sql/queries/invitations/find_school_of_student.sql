-- The school of a student whom the asker administers, unless a court keeps the asker away from the child.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: student. At most one row.
select school_id from students where student_id = $1 and not kept_away(student_id)
