-- Begins to set up a second factor, or begins anew. One that is in use stays as it is.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person; $2 bytea: the sealed secret. Counts one, or none when one is in use.
insert into second_factors (user_id, sealed) values ($1, $2)
on conflict (user_id) do update set sealed = excluded.sealed, created_at = now(), last_step = 0
where second_factors.confirmed_at is null
