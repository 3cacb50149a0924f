-- Copies of dossiers that were taken, of children whose record is not held.
-- Role: kazumi_owner.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select d.dossier_id
    from dossiers d
    where d.taken_at < $1
      and not exists (select 1 from students s where s.student_id = d.student_id and s.held_at is not null)
    limit $2
), gone as (
    delete from dossiers d where $3 and d.dossier_id in (select u.dossier_id from due u) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
