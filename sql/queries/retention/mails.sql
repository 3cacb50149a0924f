-- Mails that no server took out of the box in time.
-- Role: kazumi_owner.
-- $1 timestamptz: rows from before it are due; $2 bigint: how many at most, or null; $3 boolean: whether they go.
-- One row: how many were found, and how many are gone.
with due as (
    select o.mail_id
    from outbox o
    where o.give_up_at < $1
    limit $2
), gone as (
    delete from outbox o where $3 and o.mail_id in (select d.mail_id from due d) returning 1
)
select (select count(*) from due) as due, (select count(*) from gone) as gone
