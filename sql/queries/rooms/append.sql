-- Appends a batch of messages to the logs of their rooms, and says what became of each. One statement, so that it is one transaction and one round
-- trip. The right to write is tested here: grant, dates, and that the sender is in the room. A message that its sender's device has sent before is the
-- same message for ever: it is found, not written again, if it says the same. Rooms are locked in the order of their ids, so two writers never wait for
-- each other in a circle. The same message written by another server in this moment fails the whole statement (room_events_client_unique), and
-- a second try finds it.
-- Role: kazumi_writer.
-- $1 int[]: place in the batch · $2 uuid[]: room · $3 uuid[]: sender · $4 uuid[]: the device's name for it · $5 text[]: text
-- $6 bigint[]: sequence it answers to, or null
-- One row a message that is in the log: its place, sequence, ordinal, when, whether it was there before, whether it says the same. No row: refused.
with input as (
    select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[])
        as t (place, room_id, user_id, client_id, body, reply_to)
),
locked as (
    select room_id, student_id, class_id, kind, last_seq, message_count
    from rooms
    where room_id in (select room_id from input)
    order by room_id
    for no key update
),
allowed as (
    select l.room_id, a.user_id, m.joined_seq
    from (select distinct room_id, user_id from input) a
    join locked l using (room_id)
    join room_members m on m.room_id = a.room_id and m.user_id = a.user_id and m.left_seq is null
    -- In a class's room there are announcements only (announce.sql).
    where l.kind <> 'class' and has_room_grant(a.user_id, l.kind, l.student_id, l.class_id, 'write')
),
known as (
    select i.place, e.seq, e.message_no, e.created_at, e.body = i.body and e.reply_to is not distinct from i.reply_to as same
    from input i
    join allowed using (room_id, user_id)
    join room_events e using (room_id, user_id, client_id)
),
fresh as (
    select i.place, i.room_id, i.user_id, i.client_id, i.body, i.reply_to,
           l.last_seq + row_number() over w as seq, l.message_count + row_number() over w as message_no
    from input i
    join locked l using (room_id)
    join allowed a using (room_id, user_id)
    where not exists (select 1 from known k where k.place = i.place)
      and (i.reply_to is null or exists (
          select 1 from room_events e
          where e.room_id = i.room_id and e.seq = i.reply_to and e.kind = 'text' and e.seq >= a.joined_seq))
    window w as (partition by i.room_id order by i.place)
),
raised as (
    update rooms r
    set last_seq = f.seq, message_count = f.message_no, last_at = now()
    from (select room_id, max(seq) as seq, max(message_no) as message_no from fresh group by room_id) f
    where r.room_id = f.room_id
),
read as (
    -- Whoever writes has read what stands before it.
    update room_members m
    set read_seq = greatest(m.read_seq, f.seq), read_no = greatest(m.read_no, f.message_no), received_seq = greatest(m.received_seq, f.seq)
    from (select room_id, user_id, max(seq) as seq, max(message_no) as message_no from fresh group by room_id, user_id) f
    where m.room_id = f.room_id and m.user_id = f.user_id
),
inserted as (
    insert into room_events (room_id, seq, message_no, kind, user_id, client_id, reply_to, body)
    select room_id, seq, message_no, 'text', user_id, client_id, reply_to, body from fresh
    returning room_id, seq, created_at
)
select f.place, f.seq, f.message_no, e.created_at, false as known, true as same
from fresh f join inserted e using (room_id, seq)
union all
select place, seq, message_no, created_at, true, same from known
order by place
