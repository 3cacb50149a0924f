-- Logs of rooms whose student left, and whose record is not held: whole logs, so that none has a hole. The room stays with its counters, empty, and in another
-- epoch, so that devices forget what they hold of it; whoever is still in it sees what comes from now on.
-- Role: kazumi_owner.
-- $1 timestamptz: rooms of students who left before its day are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many rooms were found, and how many are empty now.
with due as (
    select r.room_id
    from rooms r
    join students s on s.student_id = r.student_id and s.left_on < ($1::timestamptz at time zone 'utc')::date
    where exists (select 1 from room_events e where e.room_id = r.room_id)
      and not exists (select 1 from students h where h.student_id = r.student_id and h.held_at is not null)
    order by r.room_id
    limit $2
), emptied as (
    update rooms r set epoch = r.epoch + 1
    where $3 and r.room_id in (select d.room_id from due d)
    returning r.room_id, r.last_seq
), found as (
    delete from message_search m where m.room_id in (select e.room_id from emptied e)
), said as (
    delete from room_events v where v.room_id in (select e.room_id from emptied e)
), left_before as (
    delete from room_members m where m.left_seq is not null and m.room_id in (select e.room_id from emptied e)
), still_in as (
    update room_members m set joined_seq = e.last_seq
    from emptied e where m.room_id = e.room_id and m.left_seq is null
)
select (select count(*) from due) as due, (select count(*) from emptied) as gone
