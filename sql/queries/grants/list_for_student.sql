-- The stored grants of one student, for comparison with what the links say.
-- Role: kazumi_owner.
-- $1 uuid: student. One row a grant, some hundreds at most.
select user_id, section, access, valid_from, valid_to, sees_accesses from grants where student_id = $1
