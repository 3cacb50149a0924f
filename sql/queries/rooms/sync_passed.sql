-- Lets the members of rooms follow dates that have passed: of students of whom a grant began or ended since a moment, or of all whose members are not
-- whom the grants name now.
-- Role: kazumi_writer.
-- $1 timestamptz: since when, or null for all. One row: how many students, and the moment up to which it looked.
with astray as (
    select r.student_id, r.class_id
    from rooms r
    where $1::timestamptz is null
      and r.room_id in (
          select coalesce(e.room_id, m.room_id)
          from entitled_members(null) e
          full join (select room_id, user_id from room_members where left_seq is null) m
              on m.room_id = e.room_id and m.user_id = e.user_id
          where e.room_id is null or m.room_id is null)
), due as (
    select student_id from grants where $1::timestamptz is not null and valid_from > $1 and valid_from <= now()
    union
    select student_id from grants where $1::timestamptz is not null and valid_to > $1 and valid_to <= now()
    union
    select student_id from astray where student_id is not null
    union
    -- Whichever of the class: its room follows.
    select distinct on (s.class_id) s.student_id from astray a join students s on s.class_id = a.class_id
), synced as (
    select sync_rooms(array_agg(student_id order by student_id)) from due having count(*) > 0
)
select (select count(*) from due) as students, (select count(*) from synced) as calls, now() as at
