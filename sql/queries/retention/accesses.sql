-- Reads of sections, of children whose record is not held.
-- Role: kazumi_owner.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    -- Nobody ever changes one of these rows, so its place names it, and a batch costs what it removes.
    select l.ctid as place
    from access_log l
    where l.first_at < $1
      and not exists (select 1 from students s where s.student_id = l.student_id and s.held_at is not null)
    limit $2
), gone as (
    delete from access_log l where $3 and l.ctid = any(array(select d.place from due d)) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
