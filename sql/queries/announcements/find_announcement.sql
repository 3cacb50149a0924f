-- An announcement that somebody sees, with what became of it in all.
-- Role: kazumi_writer, which reads what others did; for somebody who writes in the room, which the statement tests.
-- $1 uuid: room · $2 bigint: sequence · $3 uuid: person
-- One row: title, whether it asks for a confirmation, when it came, how many students the class has today and for how many somebody has confirmed.
select e.title, e.needs_confirmation, e.created_at, count(s.student_id) as students,
       count(s.student_id) filter (where exists (
           select 1 from announcement_receipts a
           join grants g on g.user_id = a.user_id and g.student_id = s.student_id and g.section = 'room_class' and g.access = 'read'
               and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
           where a.room_id = e.room_id and a.seq = e.seq and a.confirmed_at is not null)) as confirmed
from room_events e
join rooms r on r.room_id = e.room_id and r.kind = 'class'
left join students s on s.class_id = r.class_id
where e.room_id = $1 and e.seq = $2 and e.kind = 'announcement' and e.deleted_seq is null and may_write_in(e.room_id, $3)
  and exists (
      select 1 from room_members m
      where m.room_id = e.room_id and m.user_id = $3 and m.left_seq is null and e.seq >= m.joined_seq)
group by e.title, e.needs_confirmation, e.created_at
