-- Every student of a school.
-- Role: kazumi_registrar, acting for somebody who administers the school.
-- $1 uuid: school. One row a student.
select student_id from students where school_id = $1 order by student_id
