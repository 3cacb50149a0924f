-- Moves people's marks forward, never back and never beyond the log. Read includes received; the ordinal is that of the event read.
-- Announcements that are read with it are noted as seen.
-- Role: kazumi_writer.
-- $1 uuid[]: room · $2 uuid[]: person · $3 bigint[]: read up to · $4 bigint[]: received up to. No rows.
with input as (
    select room_id, user_id, max(least(read_seq, last_seq)) as read_seq, max(least(greatest(received_seq, read_seq), last_seq)) as received_seq
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) as t (room_id, user_id, read_seq, received_seq)
    join rooms using (room_id)
    group by room_id, user_id
),
places as (
    select m.room_id, m.user_id
    from room_members m join input using (room_id, user_id)
    where m.left_seq is null
    order by m.room_id, m.user_id
    for no key update of m
), seen as (
    -- What a family has read of announcements is told to those who wrote them.
    insert into announcement_receipts (room_id, seq, user_id)
    select e.room_id, e.seq, m.user_id
    from input i
    join places using (room_id, user_id)
    join room_members m using (room_id, user_id)
    join room_events e on e.room_id = i.room_id and e.kind = 'announcement'
        and e.seq > m.read_seq and e.seq <= i.read_seq and e.seq >= m.joined_seq
    on conflict do nothing
)
update room_members m
set read_seq = greatest(m.read_seq, i.read_seq),
    received_seq = greatest(m.received_seq, i.received_seq),
    read_no = greatest(m.read_no, coalesce(e.message_no, 0))
from input i
join places using (room_id, user_id)
left join room_events e on e.room_id = i.room_id and e.seq = i.read_seq
where m.room_id = i.room_id and m.user_id = i.user_id
