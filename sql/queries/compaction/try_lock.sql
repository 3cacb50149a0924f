-- One compaction of a document at a time, over all servers. Released with the transaction.
-- Role: kazumi_writer.
-- $1 uuid: document
-- One row: whether the lock was free.
select pg_try_advisory_xact_lock(hashtextextended('kazumi compaction ' || $1::uuid::text, 0))
