-- What somebody has confirmed in the room of a class.
-- Role: kazumi_app, acting for that person (policy of announcement_receipts).
-- $1 uuid: room · $2 uuid: person. One row a confirmation, the newest announcement first.
select seq, confirmed_at, how
from announcement_receipts
where room_id = $1 and user_id = $2 and confirmed_at is not null
order by seq desc
limit 500
