-- Requests for a new password that were used or missed. The writer's policy lets nothing younger than 30 days go.
-- Role: kazumi_owner or kazumi_writer.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select r.reset_id
    from password_resets r
    where coalesce(r.used_at, r.expires_at) < $1
    limit $2
), gone as (
    delete from password_resets r where $3 and r.reset_id in (select d.reset_id from due d) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
