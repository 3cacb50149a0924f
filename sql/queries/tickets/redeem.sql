-- Spends a ticket: of many at once exactly one gets the row.
-- Role: kazumi_app.
-- $1 bytea: SHA-256 of the ticket. At most one row; `fresh` is false for a ticket that came too late. The version of the
-- person's credentials is today's: the ticket was made by a valid token less than a minute ago, and joining checks the session.
delete from ws_tickets t using credentials c
where t.ticket_hash = $1 and c.user_id = t.user_id
returning t.user_id, t.session_id, c.auth_version, t.expires_at > now() as fresh
