-- What was said in a student's rooms, for a person who takes a copy in this transaction: the school's record for who answers for the school, with first words and
-- changes; for the family what they read in their rooms.
-- Role: kazumi_app, acting for that person (policies of rooms and room_events; function school_record).
-- $1 uuid: student. One row an event, in the order of each log.
select true as is_record, c.room_kind, c.room_id, c.seq, c.kind, c.user_id, c.name, c.reply_to, c.target_seq, c.reaction, c.edited_seq, c.deleted_seq, c.body,
       c.created_at
from school_record($1) c
union all
select false, r.kind, r.room_id, e.seq, e.kind, e.user_id, u.name, e.reply_to, e.target_seq, e.reaction, e.edited_seq, e.deleted_seq, e.body, e.created_at
from rooms r
join room_log e using (room_id)
left join users u on u.user_id = e.user_id
where r.student_id = $1 and not answers_for($1)
order by room_kind, room_id, seq
