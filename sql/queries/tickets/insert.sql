-- A ticket for one socket, good for 30 seconds.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the ticket; $2 uuid: person; $3 uuid: session. No rows.
insert into ws_tickets (ticket_hash, user_id, session_id, expires_at) values ($1, $2, $3, now() + interval '30 seconds')
