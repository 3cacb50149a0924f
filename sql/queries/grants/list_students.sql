-- Every student, for the check of all grants, but for those that were erased.
-- Role: kazumi_owner.
-- No parameters. One row a student.
select student_id from students where erased_at is null order by student_id
