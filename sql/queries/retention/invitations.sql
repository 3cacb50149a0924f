-- Invitations that were taken, withdrawn or missed, unless they name a child whose record is held. The writer's policy lets nothing younger than
-- 90 days go.
-- Role: kazumi_owner or kazumi_writer.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select i.invitation_id
    from invitations i
    where coalesce(i.accepted_at, i.withdrawn_at, i.expires_at) < $1
      and not exists (select 1 from students s where s.student_id = i.student_id and s.held_at is not null)
    limit $2
), gone as (
    delete from invitations i where $3 and i.invitation_id in (select d.invitation_id from due d) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
