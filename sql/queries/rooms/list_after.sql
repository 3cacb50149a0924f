-- What came in a room after a sequence, in order: somebody who was away reads on from here, and so does the server that shows the room.
-- Role: kazumi_app, acting for somebody in the room (policy of room_events); kazumi_writer, which follows every log.
-- $1 uuid: room; $2 bigint: after this sequence; $3 bigint: how many at most. One row an event; `is_hidden`: about whom it is, is for nobody who reads along.
select e.seq, e.message_no, e.kind, e.user_id, u.name, e.client_id, e.reply_to, e.target_seq, e.reaction, e.edited_seq, e.deleted_seq, e.title, e.needs_confirmation, e.body, e.created_at,
       e.is_hidden
from room_log e
left join users u on u.user_id = e.user_id
where e.room_id = $1 and e.seq > $2
order by e.seq
limit $3
