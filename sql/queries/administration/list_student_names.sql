-- Names of students, but for children a court keeps the asker away from.
-- Role: kazumi_registrar, acting for somebody who administers their school.
-- $1 uuid[]: students. One row each, by name.
select student_id, name from students where student_id = any ($1) and not kept_away(student_id) order by searchable(name), student_id
