-- Confirms an announcement that asks for it and came since the person is in. The first confirmation stands.
-- Role: kazumi_app, acting for that person (policies of events and receipts).
-- $1 uuid: room · $2 bigint: sequence · $3 uuid: person · $4 text: how. One row: when it was confirmed and how; none when there is nothing to confirm.
insert into announcement_receipts as a (room_id, seq, user_id, confirmed_at, how)
select e.room_id, e.seq, $3, now(), $4
from room_events e
where e.room_id = $1 and e.seq = $2 and e.kind = 'announcement' and e.needs_confirmation
on conflict (room_id, seq, user_id) do update
set confirmed_at = coalesce(a.confirmed_at, excluded.confirmed_at), how = coalesce(a.how, excluded.how)
returning a.confirmed_at, a.how
