-- The person's second factor, under lock: codes that arrive at once are judged one after the other.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person. At most one row.
select sealed, confirmed_at is not null as confirmed, last_step from second_factors where user_id = $1 for update
