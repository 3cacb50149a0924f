-- Deletes who was in a student's rooms and how far they had read.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from room_members where room_id in (select room_id from rooms where student_id = $1)
