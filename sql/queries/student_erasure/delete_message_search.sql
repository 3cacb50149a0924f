-- Deletes the words by which messages in a student's rooms are found.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from message_search where room_id in (select room_id from rooms where student_id = $1)
