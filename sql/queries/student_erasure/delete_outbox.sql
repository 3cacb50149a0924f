-- Deletes mails that wait about a student: they were put into the box in the transaction that invited, or opened the record, and bear its time.
-- Before the invitations go.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from outbox o
where o.kind = 'invitation' and exists (
        select 1 from invitations i
        where i.student_id = $1 and i.created_at = o.created_at and i.email = lower(o.recipient))
   or o.kind = 'emergency' and exists (
        select 1 from break_glass b where b.student_id = $1 and b.opened_at = o.created_at)
