-- Answered requests to correct something, of children whose record is not held.
-- Role: kazumi_owner.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select c.correction_id
    from corrections c
    where c.answered_at < $1
      and not exists (select 1 from students s where s.student_id = c.student_id and s.held_at is not null)
    limit $2
), gone as (
    delete from corrections c where $3 and c.correction_id in (select d.correction_id from due d) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
