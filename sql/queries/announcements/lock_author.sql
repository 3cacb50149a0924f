-- One announcement of a person at a time, whichever server and room it is for: what was sent before is found, and the limit is exact.
-- Role: kazumi_writer.
-- $1 uuid: author. One row.
select pg_advisory_xact_lock(hashtextextended('announcements of ' || $1::uuid::text, 0))
