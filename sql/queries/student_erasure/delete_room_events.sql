-- Deletes what was said in a student's rooms.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from room_events where room_id in (select room_id from rooms where student_id = $1)
