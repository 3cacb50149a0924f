-- Every student, for the check of all grants.
-- Role: kazumi_owner.
-- No parameters. One row a student.
select student_id from students order by student_id
