-- The words with which records were opened in an emergency, of children whose record is not held. The row stays.
-- Role: kazumi_owner.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select b.break_glass_id
    from break_glass b
    where b.opened_at < $1 and b.reason is not null
      and not exists (select 1 from students s where s.student_id = b.student_id and s.held_at is not null)
    limit $2
), gone as (
    update break_glass b set reason = null
    where $3 and b.break_glass_id in (select d.break_glass_id from due d)
    returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
