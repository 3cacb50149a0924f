-- Makes a student's row a stone: from now on nothing is added about the student. Last.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
update students set name = '(apagado)', birth_date = null, class_id = null, left_on = null, erased_at = now() where student_id = $1
