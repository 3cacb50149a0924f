-- A mail that could not be sent is tried again later.
-- Role: kazumi_writer.
-- $1 uuid: mail; $2 double precision: seconds from now. No rows.
update outbox set next_at = now() + make_interval(secs => $2) where mail_id = $1
