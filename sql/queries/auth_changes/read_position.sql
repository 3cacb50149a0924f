-- Where reading of changes stands now: what a transaction that is not over yet will write is read from here on.
-- Role: kazumi_writer.
-- One row: the oldest transaction that is not over, and the database's clock.
select pg_snapshot_xmin(pg_current_snapshot())::text as xact, now() as at
