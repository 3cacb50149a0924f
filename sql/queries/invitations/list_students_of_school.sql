-- The students whom a function in the whole school reaches, in the order in which their grants are rewritten.
-- Role: kazumi_registrar, acting for the inviter.
-- $1 uuid: school. One row a student, some hundreds.
select student_id from students where school_id = $1 order by student_id
