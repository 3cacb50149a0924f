-- How many rows wait to be sealed, and since how many seconds the oldest of them.
-- Role: kazumi_writer.
-- One row.
select count(*) as waiting, coalesce(extract(epoch from clock_timestamp() - min(since)), 0)::float8 as oldest_seconds
from audit_waiting
