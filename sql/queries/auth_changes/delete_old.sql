-- Forgets some of the changes that every server has long seen. The policy lets nothing younger than a day go.
-- Role: kazumi_writer.
delete from auth_changes
where change_id in (select change_id from auth_changes where at < now() - interval '1 day' order by at limit 10000)
