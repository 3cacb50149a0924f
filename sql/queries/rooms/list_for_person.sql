-- The rooms a person is in, the one where something happened last first, with the last message that is theirs to see.
-- Role: kazumi_app, acting for that person (policies of rooms, members and events).
-- $1 uuid: person. One row a room.
select r.room_id, r.kind, r.student_id, s.name as student_name, c.name as class_name, r.guardian_id, d.name as guardian_name, r.last_seq, r.message_count, r.epoch, m.joined_seq, m.read_seq, m.read_no,
       has_room_grant($1, r.kind, r.student_id, r.class_id, 'write') as may_write,
       case when r.kind = 'class' then reads_along_in(r.room_id, $1) end as reads_along,
       l.seq as message_seq, l.user_id as message_by, l.name as message_by_name, l.title as message_title, l.body as message_body, l.created_at as message_at
from rooms r
join room_members m on m.room_id = r.room_id and m.user_id = $1 and m.left_seq is null
left join students s on s.student_id = r.student_id
left join classes c on c.class_id = r.class_id
left join users d on d.user_id = r.guardian_id
left join lateral (
    select e.seq, e.user_id, u.name, e.title, e.body, e.created_at
    from room_log e
    left join users u on u.user_id = e.user_id
    where e.room_id = r.room_id and e.kind in ('text', 'announcement') and e.seq >= m.joined_seq
    order by e.seq desc
    limit 1
) l on true
order by coalesce(l.created_at, r.created_at) desc, r.room_id
limit 500
