-- One server at a time seals; the lock goes with the transaction.
-- Role: kazumi_writer.
-- $1 bigint: the lock's number. One row: whether it was free.
select pg_try_advisory_xact_lock($1) as locked
