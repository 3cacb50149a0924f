-- Takes the words out of the record of emergencies. The trigger lets nothing else be changed.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
update break_glass set reason = null where student_id = $1 and reason is not null
