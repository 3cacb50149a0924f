-- Takes a code: the step it belongs to is used up, and a factor that was being set up is in use.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person; $2 bigint: step. Counts one, or none when that step or a later one was used.
update second_factors set last_step = $2, confirmed_at = coalesce(confirmed_at, now()) where user_id = $1 and last_step < $2
