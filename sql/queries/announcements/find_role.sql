-- How somebody is in the room of a class; when an announcement is named, only if they see it there.
-- Role: kazumi_app, acting for that person (policies of rooms and events).
-- $1 uuid: room · $2 uuid: person · $3 bigint: sequence of an announcement, or null. One row, none for what is not theirs to see.
select reads_along_in(r.room_id, $2) as reads_along, may_write_in(r.room_id, $2) as writes
from rooms r
where r.room_id = $1 and r.kind = 'class'
  and ($3::bigint is null or exists (
      select 1 from room_events e where e.room_id = r.room_id and e.seq = $3 and e.kind = 'announcement' and e.deleted_seq is null))
