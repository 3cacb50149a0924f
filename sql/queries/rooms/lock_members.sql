-- Locks the places of people whose marks will move, in the order in which everybody locks them who moves marks.
-- Role: kazumi_writer, after `lock_rooms.sql` in the same transaction.
-- $1 uuid[]: rooms · $2 uuid[]: people, beside them. No rows of use.
select from room_members
where (room_id, user_id) in (select * from unnest($1::uuid[], $2::uuid[]))
order by room_id, user_id
for no key update
