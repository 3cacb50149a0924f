-- One request that a person may see.
-- Role: kazumi_app, acting for that person (policy of corrections).
-- $1 uuid: request; $2 uuid: student. At most one row.
select c.asked_by, c.answered_at is null as is_open from corrections c where c.correction_id = $1 and c.student_id = $2
