-- Says something in a room of the demo, once: an announcement in that of a class, else a message.
-- Role: kazumi_owner.
-- $1 uuid: class, or null · $2 uuid: student, or null · $3 text: kind of room · $4 uuid: guardian, or null · $5 uuid: who says it
-- $6 uuid: its name for ever · $7 text: title, or null · $8 text: text · $9 bool: asks for a confirmation, or null. No rows.
with room as (
    select r.room_id, r.last_seq + 1 as seq, r.message_count + 1 as message_no
    from rooms r
    join room_members m on m.room_id = r.room_id and m.user_id = $5 and m.left_seq is null
    where (r.class_id = $1 or r.student_id = $2 and r.kind = $3 and r.guardian_id is not distinct from $4)
      and not exists (select 1 from room_events e where e.room_id = r.room_id and e.user_id = $5 and e.client_id = $6)
), raised as (
    update rooms r set last_seq = n.seq, message_count = n.message_no, last_at = now() from room n where r.room_id = n.room_id
), read as (
    update room_members m set read_seq = n.seq, read_no = n.message_no, received_seq = n.seq
    from room n where m.room_id = n.room_id and m.user_id = $5
)
insert into room_events (room_id, seq, message_no, kind, user_id, client_id, title, body, needs_confirmation)
select room_id, seq, message_no, case when $7::text is null then 'text' else 'announcement' end, $5, $6, $7, $8, $9 from room
