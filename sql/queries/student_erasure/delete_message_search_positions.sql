-- Deletes how far the logs of a student's rooms were read for searches.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from message_search_positions where room_id in (select room_id from rooms where student_id = $1)
