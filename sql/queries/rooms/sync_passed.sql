-- Lets the members of rooms follow dates that have passed: of students of whom a grant began or ended since a moment, or of all whose members are not
-- whom the grants name now.
-- Role: kazumi_writer.
-- $1 timestamptz: since when, or null for all. One row: how many students, and the moment up to which it looked.
with due as (
    select student_id from grants where $1::timestamptz is not null and valid_from > $1 and valid_from <= now()
    union
    select student_id from grants where $1::timestamptz is not null and valid_to > $1 and valid_to <= now()
    union
    select r.student_id
    from rooms r
    join grants g on g.student_id = r.student_id and g.section = 'room_' || r.kind
        and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
    where $1::timestamptz is null
      and not exists (select 1 from room_members m where m.room_id = r.room_id and m.user_id = g.user_id and m.left_seq is null)
    union
    select r.student_id
    from rooms r
    join room_members m on m.room_id = r.room_id and m.left_seq is null
    where $1::timestamptz is null
      and not exists (
          select 1 from grants g
          where g.student_id = r.student_id and g.section = 'room_' || r.kind and g.user_id = m.user_id
            and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
), synced as (
    select sync_rooms(array_agg(student_id order by student_id)) from due having count(*) > 0
)
select (select count(*) from due) as students, (select count(*) from synced) as calls, now() as at
