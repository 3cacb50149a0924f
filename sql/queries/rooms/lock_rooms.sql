-- Locks rooms, in the order of their ids, before anything is written there. A statement of its own: what follows it reads who is in the room and what was
-- said as they are once the lock is held, and not as they were when it began to wait.
-- Role: kazumi_writer.
-- $1 uuid[]: rooms. No rows of use.
select from rooms where room_id = any ($1) order by room_id for no key update
