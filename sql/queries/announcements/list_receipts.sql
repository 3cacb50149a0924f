-- Who has seen and confirmed an announcement: each guardian of each student of the class for whom the asker writes there, so that names of other
-- children stay out of sight. A guardian who came later could not have seen it and is left out.
-- Role: kazumi_writer, which reads what others did; asked after `find_announcement.sql` in the same transaction.
-- $1 uuid: room · $2 bigint: sequence · $3 uuid: person. By name of student and guardian; a student without a guardian has one row.
select s.student_id, s.name as student_name, f.user_id, f.name, a.seen_at, a.confirmed_at, a.how
from rooms r
join students s on s.class_id = r.class_id
left join lateral (
    select distinct u.user_id, u.name
    from grants g
    join users u on u.user_id = g.user_id
    join room_members m on m.room_id = r.room_id and m.user_id = g.user_id and m.left_seq is null and m.joined_seq <= $2
    where g.student_id = s.student_id and g.section = 'room_class' and g.access = 'read'
      and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
) f on true
left join announcement_receipts a on a.room_id = r.room_id and a.seq = $2 and a.user_id = f.user_id
where r.room_id = $1 and has_active_grant($3, s.student_id, 'room_class', 'write')
order by s.name, s.student_id, f.name, f.user_id
