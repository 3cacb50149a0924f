-- Opens a desk of the demo with its members, unless it is open or the student was erased.
-- Role: kazumi_owner.
-- $1 uuid: student · $2 uuid: guardian · $3 text: kind of room. No rows.
with opened as (
    insert into rooms (room_id, kind, student_id, guardian_id)
    select gen_random_uuid(), $3, s.student_id, $2 from students s where s.student_id = $1 and s.erased_at is null
    on conflict do nothing
    returning student_id
)
select student_id from opened
