-- Appends an announcement to the log of a class's room, like `rooms/append.sql` does with messages: same lock, same numbers, same test of the right to
-- write, and the same name of the device for ever. What was sent before is found, whatever the limit says.
-- Role: kazumi_writer, after `lock_author.sql` and `rooms/lock_rooms.sql` in the same transaction.
-- $1 uuid: room · $2 uuid: author · $3 uuid: the device's name for it · $4 text: title · $5 text: text · $6 bool: asks for a confirmation
-- $7 bigint: most announcements of one author in an hour
-- One row: sequence, ordinal, when, whether it was there before, whether it says the same, whether the author has to wait. No row: refused.
with locked as (
    select room_id, student_id, class_id, kind, last_seq, message_count
    from rooms
    where room_id = $1 and kind = 'class'
    for no key update
),
allowed as (
    select l.room_id, l.last_seq, l.message_count
    from locked l
    join room_members m on m.room_id = l.room_id and m.user_id = $2 and m.left_seq is null
    where has_room_grant($2, l.kind, l.student_id, l.class_id, 'write')
),
known as (
    select e.seq, e.message_no, e.created_at, (e.kind, e.title, e.body, e.needs_confirmation) is not distinct from ('announcement', $4::text, $5::text, $6::boolean) as same
    from allowed a
    join room_events e on e.room_id = a.room_id and e.user_id = $2 and e.client_id = $3
),
recent as (
    select count(*) as announcements
    from room_events e
    where e.user_id = $2 and e.kind = 'announcement' and e.created_at > now() - interval '1 hour'
),
fresh as (
    select a.room_id, a.last_seq + 1 as seq, a.message_count + 1 as message_no
    from allowed a, recent
    where not exists (select 1 from known) and recent.announcements < $7
),
raised as (
    update rooms r set last_seq = f.seq, message_count = f.message_no, last_at = now() from fresh f where r.room_id = f.room_id
),
read as (
    -- Whoever writes has read what stands before it.
    update room_members m
    set read_seq = greatest(m.read_seq, f.seq), read_no = greatest(m.read_no, f.message_no), received_seq = greatest(m.received_seq, f.seq)
    from fresh f
    where m.room_id = f.room_id and m.user_id = $2
),
inserted as (
    insert into room_events (room_id, seq, message_no, kind, user_id, client_id, title, body, needs_confirmation)
    select room_id, seq, message_no, 'announcement', $2, $3, $4, $5, $6 from fresh
    returning created_at
)
select f.seq, f.message_no, e.created_at, false as known, true as same, false as too_many from fresh f, inserted e
union all
select seq, message_no, created_at, true, same, false from known
union all
select 0, 0, now(), false, true, true
from allowed
where not exists (select 1 from known) and not exists (select 1 from fresh)
