-- Sweeps tickets nobody came for; done with each new one, so the table stays as small as the last half minute.
-- Role: kazumi_app.
-- No parameters, no rows.
delete from ws_tickets where expires_at < now()
