-- Forgets a mail that has left or was given up, with the secret in it.
-- Role: kazumi_writer.
-- $1 uuid: mail. No rows.
delete from outbox where mail_id = $1
