-- Holds students' rows while their links are read and the grants rewritten, so that two changes at once cannot overwrite each
-- other. Always in the same order, so that two changes never wait for each other.
-- Role: kazumi_owner, kazumi_registrar.
-- $1 uuid[]: students. One row each: the student's id.
select student_id from students where student_id = any ($1) order by student_id for update
