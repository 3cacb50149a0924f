-- A refresh token and whether its successor is in use, under the lock of its session.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the token. At most one row; `now` is the database's clock, which also wrote `used_at`.
select t.generation, t.used_at, clock_timestamp() as now,
       exists (
           select 1 from refresh_tokens n
           where n.session_id = t.session_id and n.generation = t.generation + 1 and n.used_at is not null
       ) as successor_used
from refresh_tokens t
where t.token_hash = $1
