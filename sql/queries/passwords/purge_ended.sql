-- Forgets some requests for a new password that ended long ago. The policy lets nothing younger than 30 days go.
-- Role: kazumi_writer.
-- $1 bigint: how many at most. No rows; counts them.
delete from password_resets
where reset_id in (
    select reset_id from password_resets
    where coalesce(used_at, expires_at) < now() - interval '30 days'
    order by coalesce(used_at, expires_at)
    limit $1)
