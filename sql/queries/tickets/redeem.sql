-- Spends a ticket: of many at once exactly one gets the row.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the ticket. At most one row; `fresh` is false for a ticket that came too late.
delete from ws_tickets where ticket_hash = $1 returning user_id, session_id, expires_at > now() as fresh
