-- Login sessions that are over. Their tokens have gone before them.
-- Role: kazumi_owner.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select s.session_id
    from login_sessions s
    where least(s.revoked_at, s.expires_at) < $1
    limit $2
), gone as (
    delete from login_sessions s where $3 and s.session_id in (select d.session_id from due d) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
