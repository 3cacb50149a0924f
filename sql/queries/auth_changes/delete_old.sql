-- Forgets changes that every server has long seen. The policy lets nothing younger than a day go.
-- Role: kazumi_writer.
delete from auth_changes where at < now() - interval '1 day'
