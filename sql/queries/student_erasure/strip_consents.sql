-- Takes the words out of what a family decided.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
update consents set evidence = null where student_id = $1 and evidence is not null
