-- Edits that were put aside because they broke their document, of children whose record is not held.
-- Role: kazumi_owner.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select u.document_id, u.seq
    from pei_updates u
    join pei_documents p on p.document_id = u.document_id
    where u.quarantined_at < $1
      and not exists (select 1 from students s where s.student_id = p.student_id and s.held_at is not null)
    limit $2
), gone as (
    delete from pei_updates u where $3 and (u.document_id, u.seq) in (select d.document_id, d.seq from due d) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
