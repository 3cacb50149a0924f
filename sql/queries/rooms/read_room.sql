-- A room with who is in it, for a server that begins to show it: one snapshot. Functions are those with the student, or with some student of the class,
-- else in the school, else the kind of account.
-- Role: kazumi_writer.
-- $1 uuid: room. One row a member, and one without a member for an empty room; none when there is no such room.
select r.kind, r.epoch, r.last_seq, r.message_count,
       m.user_id, m.joined_seq, m.read_seq, m.read_no, m.received_seq, u.name,
       coalesce(has_room_grant(m.user_id, r.kind, r.student_id, r.class_id, 'write'), false) as may_write,
       coalesce(
           (select t.function from team_links t
            where t.user_id = m.user_id
              and (t.student_id = r.student_id or t.student_id in (select s.student_id from students s where s.class_id = r.class_id))
              and t.valid_from <= now() and (t.valid_to is null or now() < t.valid_to)
            order by t.valid_from limit 1),
           (select f.function from staff_functions f
            where f.user_id = m.user_id and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)
            order by f.valid_from limit 1),
           u.kind) as function
from rooms r
left join room_members m on m.room_id = r.room_id and m.left_seq is null
left join users u on u.user_id = m.user_id
where r.room_id = $1
