-- A student at whose desk somebody wants a room: whether they write there, and whether they are or were family of the child.
-- Role: kazumi_app, acting for that person (policies of students and guardianships).
-- $1 uuid: person · $2 uuid: student · $3 text: kind of room. One row, none for a student out of reach.
select has_room_grant($1, $3, s.student_id, null, 'write') as writes,
       exists (select 1 from guardianships k where k.student_id = s.student_id and k.user_id = $1) as is_family
from students s
where s.student_id = $2 and s.erased_at is null
