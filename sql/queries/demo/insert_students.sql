-- Demo students. The birth date follows from the age, so that the demo never grows old. A row that exists stays as it is.
-- Role: kazumi_owner.
-- $1 jsonb: array of {student_id, school_id, class_id, name, age_years, days_since_birthday}. No rows.
insert into students (student_id, school_id, class_id, name, birth_date)
select r.student_id, r.school_id, r.class_id, r.name,
       (current_date - make_interval(years => r.age_years, days => r.days_since_birthday))::date
from jsonb_to_recordset($1) as r (
    student_id uuid, school_id uuid, class_id uuid, name text, age_years integer, days_since_birthday integer)
on conflict do nothing
