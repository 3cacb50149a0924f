-- Refresh tokens of login sessions that are over.
-- Role: kazumi_owner.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select t.token_hash
    from refresh_tokens t
    join login_sessions s on s.session_id = t.session_id
    where least(s.revoked_at, s.expires_at) < $1
    limit $2
), gone as (
    delete from refresh_tokens t where $3 and t.token_hash in (select d.token_hash from due d) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
