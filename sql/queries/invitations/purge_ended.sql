-- Forgets some invitations that ended long ago. The policy lets nothing younger than 90 days go.
-- Role: kazumi_writer.
-- $1 bigint: how many at most. No rows; counts them.
delete from invitations
where invitation_id in (
    select invitation_id from invitations
    where coalesce(accepted_at, withdrawn_at, expires_at) < now() - interval '90 days'
    order by coalesce(accepted_at, withdrawn_at, expires_at)
    limit $1)
