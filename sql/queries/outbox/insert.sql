-- A mail to send.
-- Role: kazumi_app or kazumi_registrar; neither can read it back.
-- $1 uuid: mail; $2 text: kind; $3 text: recipient; $4 text: subject; $5 text: body; $6 double precision: seconds after which it is of
-- no use. No rows.
insert into outbox (mail_id, kind, recipient, subject, body, give_up_at)
values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
