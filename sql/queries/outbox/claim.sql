-- Takes the mails that are due. For two minutes nobody else takes them; if this process dies, they are sent after that.
-- Role: kazumi_writer.
-- $1 bigint: at most so many rows; one row a mail. `late`: it is of no use any more.
update outbox
set attempts = attempts + 1, next_at = now() + interval '2 minutes'
where mail_id in (
    select o.mail_id from outbox o where o.next_at <= now() order by o.next_at limit $1 for update skip locked)
returning mail_id, kind, recipient, subject, body, attempts, give_up_at <= now() as late
